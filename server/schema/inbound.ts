/**
 * Who refers to a DocType: the Link, Dynamic Link and Table fields of all others. Computed once per
 * snapshot, on first use (deletes, renames, constraints).
 */
import { isSet } from '../kernel/doctype.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from './plan.ts';

export interface Reference {
  plan: DocTypePlan;
  field: FieldPlan;
}

export interface Inbound {
  /** Link fields by target DocType. */
  links: ReadonlyMap<string, readonly Reference[]>;
  /** Every stored Dynamic Link field: its target is in the data. */
  dynamicLinks: readonly Reference[];
  /** Table fields by child DocType. */
  parents: ReadonlyMap<string, readonly Reference[]>;
}

/**
 * Whether documents of `plan` may be found by a field of another DocType's: a Link to it, or a Dynamic Link that the
 * `links` of its definition name. (There may be a Dynamic Link to everything in everything.)
 */
export function isPointing(plan: DocTypePlan, { plan: from, field }: Reference): boolean {
  const { link } = field;
  if (!link) return false;
  if ('doctype' in link) return link.doctype === plan.name;
  const rows = plan.definition.links ?? [];
  return rows.some((row) => row.link_doctype === from.name && row.link_fieldname === field.fieldname);
}

/** Whether a Dynamic Link may be to documents of a DocType: what says of which is free, or a choice that has it. */
export function mayLeadTo({ plan: from, field }: Reference, doctype: string): boolean {
  const pointer = field.link && 'pointer' in field.link ? from.byName.get(field.link.pointer) : undefined;
  const choices = pointer?.type.jsonSchema(pointer.field).enum;
  return !Array.isArray(choices) || choices.includes(doctype);
}

/** All such fields. */
export function pointingFields(snapshot: Snapshot, plan: DocTypePlan): Reference[] {
  const { links, dynamicLinks } = inboundOf(snapshot);
  return [...(links.get(plan.name) ?? []), ...dynamicLinks.filter((reference) => isPointing(plan, reference))];
}

/** A Link, or Dynamic Link, in rows of a child table: the documents that have such rows point by it. */
export interface RowReference {
  /** Whose rows they are. */
  plan: DocTypePlan;
  table: FieldPlan;
  child: DocTypePlan;
  field: FieldPlan;
}

/** Those that the `links` of the definition name with `is_child_table`, each once. */
export function pointingRows(snapshot: Snapshot, plan: DocTypePlan): RowReference[] {
  const found = new Map<string, RowReference>();
  for (const row of plan.definition.links ?? []) {
    if (!isSet(row.is_child_table)) continue;
    const reference = rowReference(snapshot, plan, row);
    if (reference) found.set(`${reference.plan.name}\n${pathOf(reference)}`, reference);
  }
  return [...found.values()];
}

/** `roles.role`: the table and the field of its rows. */
export function pathOf({ table, field }: Pick<RowReference, 'table' | 'field'>): string {
  return `${table.fieldname}.${field.fieldname}`;
}

function rowReference(
  snapshot: Snapshot,
  plan: DocTypePlan,
  row: Readonly<Record<string, unknown>>,
): RowReference | undefined {
  const parent = snapshot.find(String(row.parent_doctype ?? ''));
  const table = parent?.byName.get(String(row.table_fieldname ?? ''));
  const child = table?.childDocType === undefined ? undefined : snapshot.find(table.childDocType);
  const field = child?.byName.get(String(row.link_fieldname ?? ''));
  if (!parent || !table || child?.storage !== 'child' || parent.storage !== 'table' || !field?.link) return undefined;
  const isMeant = !('doctype' in field.link) || field.link.doctype === plan.name;
  return isMeant ? { plan: parent, table, child, field } : undefined;
}

const known = new WeakMap<Snapshot, Inbound>();

export function inboundOf(snapshot: Snapshot): Inbound {
  let inbound = known.get(snapshot);
  if (!inbound) {
    inbound = collect(snapshot);
    known.set(snapshot, inbound);
  }
  return inbound;
}

function collect(snapshot: Snapshot): Inbound {
  const links = new Map<string, Reference[]>();
  const parents = new Map<string, Reference[]>();
  const dynamicLinks: Reference[] = [];
  const add = (map: Map<string, Reference[]>, key: string, reference: Reference): void => {
    const list = map.get(key);
    if (list) list.push(reference);
    else map.set(key, [reference]);
  };
  for (const name of snapshot.names) {
    const plan = snapshot.find(name);
    if (!plan || plan.storage === 'virtual') continue;
    for (const field of plan.links) {
      if (field.link && 'doctype' in field.link) add(links, field.link.doctype, { plan, field });
      else dynamicLinks.push({ plan, field });
    }
    for (const field of plan.tables) if (field.childDocType) add(parents, field.childDocType, { plan, field });
  }
  return { links, dynamicLinks, parents };
}
