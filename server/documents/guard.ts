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

/** All of them: of several for one DocType each is asked, in their order. */
export function joinGuards(guards: Iterable<readonly [string, Guard]>): Guards {
  const joined = new Map<string, Guard>();
  for (const [doctype, guard] of guards) {
    const first = joined.get(doctype);
    joined.set(doctype, first ? inTurn(first, guard) : guard);
  }
  return joined;
}

const MOMENTS: readonly GuardMoment[] = ['check', 'stored', 'removing', 'renaming', 'renamed'];

function inTurn(first: Guard, second: Guard): Guard {
  const asked = MOMENTS.map((moment): [GuardMoment, Guard[GuardMoment]] => {
    const [one, other] = [first[moment], second[moment]];
    if (!one || !other) return [moment, one ?? other];
    return [
      moment,
      async (argument) => {
        await one(argument);
        await other(argument);
      },
    ];
  });
  return Object.fromEntries(asked);
}
