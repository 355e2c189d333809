/** What may be asked of the schema, and what comes of it. Data only; prepare.ts and change.ts work on it. */
import type { Database } from '../db/pool.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Changes } from '../kernel/changes.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import type { Clock, IdSource, Logger } from '../kernel/ports.ts';
import type { TenancyMode } from '../kernel/tenancy.ts';
import type { ReviewedChange } from './review.ts';
import type { SnapshotStore } from './store.ts';

export interface SchemaServices {
  db: Database;
  store: SnapshotStore;
  registry: Registry;
  clock: Clock;
  ids: IdSource;
  log: Logger;
  changes: Changes;
  /** Default: `single`. */
  tenancy?: TenancyMode;
}

/** The version of what does not exist yet. */
export const NEW = 0;

export type SchemaEdit =
  /** Create or replace a DocType. `version`: the one that the editor saw, for the conflict check; NEW: none. */
  | {
      kind: 'define';
      definition: DocTypeJson;
      app: string;
      action: string;
      version?: number;
      /** What the meta-schema finds wrong with it: refused together with the broken rules. */
      problems?: readonly FieldProblem[];
    }
  /** Put an app's definition as a layer over a DocType that exists. */
  | { kind: 'layer'; definition: DocTypeJson; app: string }
  /** Custom Fields or Property Setters changed in this transaction: compile anew. */
  | { kind: 'relayer'; doctype: string }
  | { kind: 'remove'; doctype: string }
  /** `definition`: as it will be, when links to itself change with it. */
  | { kind: 'rename'; from: string; to: string; definition?: DocTypeJson };

export interface ChangePolicy {
  actor: Actor;
  /** A person's edit is refused for every broken rule; an import is warned. */
  strictness: 'strict' | 'lenient';
  /** The hash of the dangerous plan that the caller agreed to. */
  confirm?: string;
}

export interface ChangeReport {
  changes: ReviewedChange[];
  hash: string;
  warnings: string[];
  /** DocTypes that the edit made, changed or removed. */
  created: string[];
  changed: string[];
  removed: string[];
  /** Documents that came among the definitions of an import. */
  documents?: { created: number; changed: number; unchanged: number };
}
