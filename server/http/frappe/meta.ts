/**
 * A DocType as Frappe's clients load it: its definition with the layers applied, Checks as 0 and 1. Of it the
 * caller gets the fields that he may read and the permission rows of his own roles.
 */
import { isAdministrator } from '../../access/decide.ts';
import type { Context } from '../../documents/contract.ts';
import { isSet } from '../../kernel/doctype.ts';
import { isObject } from '../../kernel/json.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import { findVisible, visiblePlan } from '../visible-plans.ts';
import type { FrappeDocument } from './values.ts';

/** Throws `not_found` for a DocType that the caller may not know of. */
export function metaAsFrappe(ctx: Context, doctype: string): FrappeDocument {
  return describe(ctx, visiblePlan(ctx, doctype));
}

/** The DocType, then those of its tables: what a form needs. */
export function metaWithTables(ctx: Context, doctype: string): FrappeDocument[] {
  const plan = visiblePlan(ctx, doctype);
  const children = plan.tables.flatMap((field) => findVisible(ctx, field.childDocType as string, plan) ?? []);
  const unique = new Map([plan, ...children].map((each) => [each.name, each]));
  return [...unique.values()].map((each) => describe(ctx, each));
}

function describe(ctx: Context, plan: DocTypePlan): FrappeDocument {
  const { definition } = plan;
  const roles: ReadonlySet<string> = new Set(ctx.actor.roles);
  const permissions = isAdministrator(ctx.actor)
    ? plan.permissions
    : // What a condition asks may be of fields that the caller does not read.
      plan.permissions.filter((row) => roles.has(row.role)).map(({ condition: _, ...row }) => row);
  const isLinkKnown = (link: unknown): boolean =>
    isObject(link) && Boolean(findVisible(ctx, String(link.link_doctype)));
  return {
    ...withNumbers(shownKeys(plan)),
    doctype: 'DocType',
    name: plan.name,
    fields: plan.fields.filter((field) => !field.isStandard).map((field, index) => fieldOf(plan, field, index)),
    permissions: rows(plan, { doctype: 'DocPerm', table: 'permissions', list: permissions }),
    links: rows(plan, { doctype: 'DocType Link', table: 'links', list: (definition.links ?? []).filter(isLinkKnown) }),
    actions: rows(plan, { doctype: 'DocType Action', table: 'actions', list: definition.actions ?? [] }),
    states: rows(plan, { doctype: 'DocType State', table: 'states', list: definition.states ?? [] }),
    title_field: plan.titleField,
    search_fields: plan.searchFields.join(','),
    sort_field: plan.order[0]?.path ?? '',
    sort_order: (plan.order[0]?.direction ?? '').toUpperCase(),
    istable: Number(isSet(plan.definition.istable)),
    issingle: Number(plan.storage === 'single'),
  };
}

/** The definition without keys such as `image_field` that name a field which this caller does not have. */
function shownKeys({ definition, byName }: DocTypePlan): Record<string, unknown> {
  const isShown = ([key, value]: [string, unknown]): boolean =>
    !key.endsWith('_field') || typeof value !== 'string' || value === '' || byName.has(value);
  return Object.fromEntries(Object.entries(definition).filter(isShown));
}

function fieldOf(plan: DocTypePlan, field: FieldPlan, index: number): FrappeDocument {
  return {
    ...withNumbers(field.field),
    ...rowKeys(plan, { doctype: 'DocField', table: 'fields', index }),
    name: field.id,
    fieldname: field.fieldname,
    fieldtype: field.type.name,
    label: field.label,
  };
}

function rows(
  plan: DocTypePlan,
  q: { doctype: string; table: string; list: readonly Record<string, unknown>[] },
): FrappeDocument[] {
  return q.list.map((row, index) => ({ ...withNumbers(row), ...rowKeys(plan, { ...q, index }) }));
}

function rowKeys(plan: DocTypePlan, q: { doctype: string; table: string; index: number }): FrappeDocument {
  return { doctype: q.doctype, parent: plan.name, parenttype: 'DocType', parentfield: q.table, idx: q.index + 1 };
}

function withNumbers(values: Readonly<Record<string, unknown>>): FrappeDocument {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'boolean' ? Number(value) : value]),
  );
}
