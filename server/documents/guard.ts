/** Asks the server's own guards of a DocType (contract.ts): first its own, then those of every DocType. */
import type { GuardArgument, GuardMoment } from './contract.ts';
import type { Write } from './write.ts';

export async function askGuards(write: Write, moment: GuardMoment, rename?: GuardArgument['rename']): Promise<void> {
  const { ctx, plan, doc, before } = write;
  const { guards } = ctx.services;
  for (const key of [plan.name, '*']) await guards.get(key)?.[moment]?.({ ctx, plan, doc, before, rename });
}
