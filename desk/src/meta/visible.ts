/**
 * What a form shows of each field for this document now: to be written, to be read, or not at all, and
 * whether it must be filled. Conditions are evaluated by the server's own module, so both agree.
 */
import { compileCondition } from '@expressions/condition.ts';
import { type Doc, type DocTypeMeta, type FieldMeta, isSet } from './types.ts';

export type Status = 'write' | 'read' | 'none';

export interface FieldState {
  status: Status;
  isMandatory: boolean;
}

export interface Scene {
  doc: Doc;
  /** The document of a child row; the document itself otherwise. */
  parent?: Doc;
  isNew: boolean;
  /** The caller may write this document: write, or create while it is new. */
  mayWrite: boolean;
  /** A row's: what the table that it stands in is. */
  table?: Status;
}

const DRAFT = 0;
const SUBMITTED = 1;
/** Widgets whose value is never typed. */
const ALWAYS_READ: ReadonlySet<string> = new Set(['read-only']);

export function sceneOf(meta: DocTypeMeta, doc: Doc, isNew: boolean): Scene {
  return { doc, isNew, mayWrite: isNew ? meta.permissions.create : meta.permissions.write };
}

/** By fieldname. */
export function statesOf(fields: readonly FieldMeta[], scene: Scene): Map<string, FieldState> {
  return new Map(fields.map((field) => [field.fieldname, stateOf(field, scene)]));
}

export function stateOf(field: FieldMeta, scene: Scene): FieldState {
  const status = statusOf(field, scene);
  return { status, isMandatory: status !== 'none' && isMandatory(field, scene) };
}

/** SEMANTICS 6.0, in its order: rights, hidden, depends_on, docstatus, read only, once only, computed. */
export function statusOf(field: FieldMeta, scene: Scene): Status {
  if (isSet(field.hidden) || !holds(field.depends_on, scene, true)) return 'none';
  let status = rightOf(field, scene);
  const docstatus = (scene.parent ?? scene.doc).docstatus ?? DRAFT;
  if (docstatus !== DRAFT && status === 'write') {
    status = docstatus === SUBMITTED && isSet(field.allow_on_submit) ? 'write' : 'read';
  }
  if (isSet(field.read_only) || ALWAYS_READ.has(field.widget)) status = 'read';
  if (holds(field.read_only_depends_on, scene, false)) status = 'read';
  if (isSet(field.set_only_once) && !scene.isNew) status = 'read';
  if (field.is_virtual || field.is_standard) status = 'read';
  return status;
}

export function isMandatory(field: FieldMeta, scene: Scene): boolean {
  return isSet(field.reqd) || holds(field.mandatory_depends_on, scene, false);
}

/** A section that folds stays open while its condition does not hold. */
export function isFolded(field: FieldMeta | undefined, scene: Scene, byDefault: boolean): boolean {
  return field?.collapsible_depends_on ? !holds(field.collapsible_depends_on, scene, true) : byDefault;
}

/** Whether a condition holds; `otherwise` when there is none. */
export function holds(condition: string | undefined, { doc, parent = doc }: Scene, otherwise: boolean): boolean {
  if (condition === undefined || condition.trim() === '') return otherwise;
  return compileCondition(condition).evaluate({ doc, parent }) === true;
}

function rightOf(field: FieldMeta, scene: Scene): Status {
  // Whoever writes a table writes its rows: child DocTypes have no rights of their own.
  if (scene.table !== undefined) return scene.table === 'write' ? 'write' : 'read';
  if (!scene.mayWrite) return 'read';
  // `may_write` is about writing; who may only create writes a new document's plain fields.
  return field.may_write || (scene.isNew && (field.permlevel ?? 0) === 0) ? 'write' : 'read';
}
