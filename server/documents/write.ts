/** One write on its way through the steps: what is known of it, shared by all of them. */
import type { Document } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { WriteContext } from './contract.ts';
import type { Targets } from './stored-targets.ts';

export type WriteAction = 'insert' | 'save' | 'submit' | 'cancel' | 'update_after_submit' | 'discard';

export interface Write {
  ctx: WriteContext;
  plan: DocTypePlan;
  action: WriteAction;
  /** As stored and locked; undefined for a new document. */
  before: Document | undefined;
  /** As it will be. Steps and hooks change it. */
  doc: Document;
  /** The version that the write was thought out on, without a lock: it is stored over no other. */
  seenVersion?: number;
  /** Now, RFC 3339 UTC. */
  now: string;
  /** The name that the caller asked for, for rules that take one. */
  requestedName?: string;
  /** What the stored document links to, asked for with it. */
  storedTargets?: Promise<Targets>;
  /** A deletion that leaves nothing in the recycle bin. */
  isForGood?: boolean;
  /** Links that a default filled, by row: one that leads nowhere is emptied, since nobody chose it. */
  defaulted: Map<Document, Set<string>>;
}

/** A named step: adding a rule is adding one. */
export interface Step {
  name: string;
  run(write: Write): void | Promise<void>;
}

export async function runSteps(write: Write, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const done = step.run(write);
    if (done) await done;
  }
}
