/** Texts that follow from a snapshot and what the actor may see of it: made on first use, gone with the snapshot. */
import type { Context } from '../documents/contract.ts';
import type { Snapshot } from '../schema/plan.ts';

const texts = new WeakMap<Snapshot, Map<string, string>>();
/** Sets of roles, and kinds of text, that are kept at once. */
const MAX_KEPT = 20;

export function derived(ctx: Context, kind: string, make: () => string): string {
  const known = texts.get(ctx.snapshot) ?? new Map<string, string>();
  texts.set(ctx.snapshot, known);
  const { roles, scopes, sharers, features } = ctx.actor;
  const shared = [...new Set((sharers ?? []).map(({ doctype }) => doctype))].sort();
  const key = JSON.stringify([kind, [...roles].sort(), scopes ?? 0, shared, features ?? 0]);
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const made = make();
  if (known.size >= MAX_KEPT) known.clear();
  known.set(key, made);
  return made;
}
