/** Asks the server's own guards of a DocType (contract.ts): first its own, then those of every DocType. */
import type { Guard, GuardArgument, GuardMoment, Guards } from './contract.ts';
import type { Write } from './write.ts';

export async function askGuards(
  write: Write,
  moment: GuardMoment,
  more: Pick<GuardArgument, 'rename' | 'isRestored' | 'isHard'> = {},
): Promise<void> {
  const { ctx, plan, doc, before } = write;
  const { guards } = ctx.services;
  for (const key of [plan.name, '*']) await guards.get(key)?.[moment]?.({ ctx, plan, doc, before, ...more });
}

/** Guards of several rooms: those of one DocType are asked one after the other, in the order in which they stand. */
export function joinGuards(entries: Iterable<readonly [string, Guard]>): Guards {
  const joined = new Map<string, Guard>();
  for (const [key, guard] of entries) {
    const known = joined.get(key);
    joined.set(key, known ? both(known, guard) : guard);
  }
  return joined;
}

function both(first: Guard, second: Guard): Guard {
  const moments = [...new Set([...Object.keys(first), ...Object.keys(second)])] as GuardMoment[];
  return Object.fromEntries(
    moments.map((moment) => [
      moment,
      async (argument: GuardArgument) => {
        await first[moment]?.(argument);
        await second[moment]?.(argument);
      },
    ]),
  );
}
