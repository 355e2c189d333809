/** A person's edit of one DocType: the meta-schema first, then the one way to change the schema. */
import type { Transaction } from '../db/pool.ts';
import type { Actor } from '../kernel/actor.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { AppError, refuseProblems } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { checkAgainstMetaSchema, isReadable } from '../schema/meta-schema.ts';
import { nameFields } from '../schema/order-fields.ts';
import { changeSchema, planChange } from './change.ts';
import type { ChangeReport, SchemaEdit, SchemaServices } from './edits.ts';

export interface SaveWish {
  actor: Actor;
  definition: unknown;
  /** The version that the editor saw. */
  version?: number;
  confirm?: string;
  action?: string;
}

/** Saves in the caller's transaction. Throws `validation` with every broken rule and its path. */
export function saveDocType(services: SchemaServices, tx: Transaction, q: SaveWish): Promise<ChangeReport> {
  const edit = toEdit(q);
  return changeSchema({
    services,
    tx,
    policy: { actor: q.actor, strictness: 'strict', confirm: q.confirm },
    edits: [edit],
  });
}

/** The changes that saving it would make, nothing done. */
export function planDocType(services: SchemaServices, q: SaveWish): Promise<ChangeReport> {
  return planChange(services, { actor: q.actor, strictness: 'strict' }, [toEdit(q)]);
}

function toEdit(q: SaveWish): SchemaEdit {
  if (!isObject(q.definition)) throw new AppError('bad_request', 'A DocType is a JSON object.');
  const problems = checkAgainstMetaSchema(q.definition);
  if (!problems.every(isReadable)) refuseProblems(problems, 'This is no valid DocType');
  const given = q.definition as unknown as DocTypeJson;
  return {
    kind: 'define',
    // A fieldname that was left empty is settled now: derived anew each time, it would follow its label and place.
    definition: Array.isArray(given.fields) ? { ...given, fields: nameFields(given) } : given,
    app: '',
    action: q.action ?? 'update',
    version: q.version,
    problems,
  };
}
