/** Every earlier version of a DocType, and making one of them current again. */
import type { Queryable, Transaction } from '../db/pool.ts';
import type { Actor } from '../kernel/actor.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { AppError } from '../kernel/error.ts';
import type { FieldState } from '../schema/field-states.ts';
import { changeSchema } from './change.ts';
import type { ChangeReport, SchemaServices } from './edits.ts';
import { repointed } from './rename.ts';

export interface HistoryEntry {
  version: number;
  action: string;
  checksum: string;
  changed_by: string;
  changed_at: string;
  operations: unknown;
}

/**
 * A DocType keeps its table when it is renamed, so its versions are those of its table; of a DocType that is
 * gone, those of its name. `renamed` is the last word under a name that was given up.
 */
const OF_DOCTYPE = `(case when exists (select from doctype where name = $1)
    then table_name = (select table_name from doctype where name = $1) and action <> 'renamed'
    else doctype = $1 end)`;

/** Newest first, at most `limit`. */
export async function readHistory(db: Queryable, q: { doctype: string; limit: number }): Promise<HistoryEntry[]> {
  const rows = await db.query({
    text: `select version::float8 as version, action, checksum, changed_by, operations,
        to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as changed_at
      from m_doctype_history where ${OF_DOCTYPE} order by id desc limit $2`,
    values: [q.doctype, q.limit],
  });
  return rows as unknown as HistoryEntry[];
}

/** The definition of one version under the name that it had then, its fields with their ids. Throws `not_found`. */
export async function readVersion(db: Queryable, q: { doctype: string; version: number }): Promise<DocTypeJson> {
  const [row] = await db.query({
    text: `select definition, states from m_doctype_history where ${OF_DOCTYPE} and version = $2 order by id desc limit 1`,
    values: [q.doctype, q.version],
  });
  if (!row) throw new AppError('not_found', `The DocType ${q.doctype} has no version ${q.version}.`);
  return withFieldIds(row.definition as DocTypeJson, row.states as FieldState[]);
}

/** Makes an earlier version current: a new version with its content; fields come back with their data. */
export async function revertDocType(
  services: SchemaServices,
  tx: Transaction,
  q: { actor: Actor; doctype: string; version: number; confirm?: string },
): Promise<ChangeReport> {
  const then = await readVersion(tx, q);
  const definition = repointed(services.registry, then, { from: then.name, to: q.doctype });
  return changeSchema({
    services,
    tx,
    policy: { actor: q.actor, strictness: 'lenient', confirm: q.confirm },
    edits: [{ kind: 'define', definition: { ...definition, name: q.doctype }, app: '', action: 'revert' }],
  });
}

/** Fields with the ids that the server gave them: what makes a renamed field the same field. */
export function withFieldIds(definition: DocTypeJson, states: readonly FieldState[]): DocTypeJson {
  const ids = new Map(states.filter((state) => !state.retired).map((state) => [state.fieldname, state.id]));
  const fields = (Array.isArray(definition.fields) ? definition.fields : []).map((field) => {
    const id = ids.get(field.fieldname);
    return id ? { ...field, id } : field;
  });
  return { ...definition, fields };
}
