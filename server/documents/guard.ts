/** Asks the server's own guards of a DocType (contract.ts): first its own, then those of every DocType. */
import type { DocTypePlan } from '../schema/plan.ts';
import type { GivenDocument, Guard, GuardArgument, GuardMoment, Guards } from './contract.ts';
import type { Write } from './write.ts';

const MOMENTS: readonly GuardMoment[] = ['check', 'stored', 'removing', 'renaming', 'renamed', 'restored'];

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
  const moments = MOMENTS.filter((moment) => first[moment] ?? second[moment]);
  const guard: Guard = Object.fromEntries(
    moments.map((moment) => [
      moment,
      async (argument: GuardArgument) => {
        await first[moment]?.(argument);
        await second[moment]?.(argument);
      },
    ]),
  );
  guard.concerns = (plan, given) => isConcerned(first, plan, given) || isConcerned(second, plan, given);
  return guard;
}

/** Whether a guard has to be asked when a document is saved with these values. */
export function mindsChange(guards: Guards, plan: DocTypePlan, given: GivenDocument): boolean {
  return [plan.name, '*'].some((key) => isConcerned(guards.get(key), plan, given));
}

function isConcerned(guard: Guard | undefined, plan: DocTypePlan, given: GivenDocument): boolean {
  if (!guard?.check && !guard?.stored) return false;
  return guard.concerns?.(plan, given) ?? true;
}
