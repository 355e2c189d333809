/**
 * The effective definition of a DocType, with the states of its fields, compiled into its Plan.
 * The only place that interprets a DocField. Lenient: what is wrong in a definition (check.ts says so)
 * makes a field without that power, never an exception.
 */
import { compileCondition } from '../expressions/condition.ts';
import type { Expression } from '../expressions/contract.ts';
import { compilePythonCondition } from '../expressions/python.ts';
import type { FieldType } from '../fieldtypes/contract.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import { type DocField, type DocTypeJson, isSet } from '../kernel/doctype.ts';
import type { Tenancy, TenancyMode } from '../kernel/tenancy.ts';
import { treeParentField } from './complete.ts';
import type { FieldState } from './field-states.ts';
import { compileNaming } from './naming-rule.ts';
import type { DocTypePlan, FieldPlan, OrderTerm, Storage } from './plan.ts';
import { standardFields } from './standard-fields.ts';

export interface CompileInput {
  /** Effective and complete (layers.ts, complete.ts). */
  definition: DocTypeJson;
  states: readonly FieldState[];
  table: string;
  version: number;
  app: string;
  registry: Registry;
  /** Default: `single`. */
  tenancy?: TenancyMode;
}

export function compileDocType(input: CompileInput): DocTypePlan {
  const { definition } = input;
  const storage = storageOf(definition);
  // Rows of a virtual DocType have a parent as all rows have.
  const standard = standardFields(
    input.registry,
    storage === 'virtual' && isSet(definition.istable) ? 'child' : storage,
  );
  const states = new Map<string, FieldState>();
  for (const state of input.states) if (!state.retired) states.set(state.fieldname, state);
  const own: FieldPlan[] = [];
  for (const field of definition.fields) {
    if (standard.names.has(field.fieldname)) continue;
    const plan = compileField({ field, state: states.get(field.fieldname), storage, registry: input.registry });
    if (plan) own.push(plan);
  }
  const fields = [...standard.fields, ...own];
  const byName = new Map<string, FieldPlan>();
  for (const plan of fields) byName.set(plan.fieldname, plan);
  const title = titleField(definition, byName);
  return {
    name: definition.name,
    version: input.version,
    module: String(definition.module ?? ''),
    app: input.app,
    definition,
    storage,
    tenancy: input.tenancy === 'column' ? tenancyOf(definition, storage) : undefined,
    table: storage === 'virtual' ? '' : input.table,
    fields,
    byName,
    columns: fields.filter((plan) => plan.column !== undefined),
    tables: own.filter((plan) => plan.childDocType !== undefined),
    links: own.filter((plan) => plan.link !== undefined && plan.column !== undefined),
    naming: compileNaming(definition),
    titleField: title,
    searchFields: searchFields({ definition, byName, title }),
    listFields: own.filter((plan) => isSet(plan.field.in_list_view) && plan.column).map((plan) => plan.fieldname),
    order: orderTerms(definition, byName),
    isSubmittable: isSet(definition.is_submittable) && storage === 'table',
    isTree: isSet(definition.is_tree) && storage === 'table',
    treeParentField: storage === 'table' ? treeParentField(definition) : '',
    tracksChanges: isSet(definition.track_changes),
    allowsRename: isSet(definition.allow_rename),
    permissions: definition.permissions ?? [],
  };
}

/** Rows of a child table belong to their parents, whosever those are. */
function tenancyOf(definition: DocTypeJson, storage: Storage): Tenancy {
  if (storage === 'child') return 'own';
  if (definition.tenancy === 'Common') return 'common';
  return definition.tenancy === 'Global Names' ? 'global names' : 'own';
}

export function storageOf(definition: DocTypeJson): Storage {
  if (isSet(definition.is_virtual)) return 'virtual';
  if (isSet(definition.issingle)) return 'single';
  return isSet(definition.istable) ? 'child' : 'table';
}

function compileField(q: {
  field: DocField;
  state: FieldState | undefined;
  storage: Storage;
  registry: Registry;
}): FieldPlan | undefined {
  const { field, state } = q;
  const type = q.registry.find(field.fieldtype);
  if (!type) return undefined;
  const isVirtual = isSet(field.is_virtual);
  const plan: FieldPlan = {
    id: state?.id ?? field.fieldname,
    fieldname: field.fieldname,
    label: field.label || field.fieldname,
    field,
    type,
    json: type.json,
    isStandard: false,
    isReadable: true,
    isVirtual,
  };
  if (type.column && !isVirtual) {
    const zero = isSet(field.not_nullable) ? (type.column.zero ?? emptyOf(type, field)) : type.column.zero;
    plan.sql = zero === undefined ? type.column : { ...type.column, zero };
    if (q.storage !== 'virtual' && state?.column) plan.column = state.column;
  }
  if (type.children && !isVirtual && field.options) plan.childDocType = field.options;
  const link = type.linkTarget?.(field);
  if (link) plan.link = link;
  const fetch = fetchRule(field);
  if (fetch) plan.fetch = fetch;
  if (field.mandatory_depends_on)
    plan.mandatoryDependsOn = attempt(() => compileCondition(field.mandatory_depends_on as string));
  if (isVirtual && field.options && type.column)
    plan.compute = attempt(() => compilePythonCondition(field.options as string));
  return plan;
}

/** What `not_nullable` puts in the place of nothing; undefined where no value is empty: a link, a date, JSON, a unique text. */
function emptyOf(type: FieldType, field: DocField): string | undefined {
  if (type.column?.type === 'numeric') return '0';
  return type.column?.type === 'text' && !type.linkTarget?.(field) && !isSet(field.unique) && !type.secret
    ? ''
    : undefined;
}

/** `link.source`; anything else (no dot, an empty half) is ignored as Frappe does (FORMAT.md 4.5). */
function fetchRule(field: DocField): FieldPlan['fetch'] {
  const text = field.fetch_from?.trim() ?? '';
  const dot = text.indexOf('.');
  if (dot <= 0 || dot === text.length - 1) return undefined;
  return { link: text.slice(0, dot), source: text.slice(dot + 1), ifEmpty: isSet(field.fetch_if_empty) };
}

function attempt(compile: () => Expression): Expression | undefined {
  try {
    return compile();
  } catch {
    return undefined;
  }
}

function titleField(definition: DocTypeJson, byName: ReadonlyMap<string, FieldPlan>): string {
  const named = definition.title_field;
  if (named && byName.get(named)?.column) return named;
  return byName.get('title')?.column ? 'title' : 'name';
}

function searchFields(q: { definition: DocTypeJson; byName: ReadonlyMap<string, FieldPlan>; title: string }): string[] {
  const listed = (q.definition.search_fields ?? '').split(',').map((name) => name.trim());
  const wanted = ['name', q.title, ...listed].filter((name) => q.byName.get(name)?.column !== undefined);
  return [...new Set(wanted)];
}

/** `sort_field`: a fieldname, or several "a desc, b asc"; absent means `creation DESC` (FORMAT.md 1.3). */
function orderTerms(definition: DocTypeJson, byName: ReadonlyMap<string, FieldPlan>): OrderTerm[] {
  const fallback = String(definition.sort_order ?? 'DESC').toLowerCase() === 'asc' ? 'asc' : 'desc';
  const terms: OrderTerm[] = [];
  for (const part of String(definition.sort_field ?? 'creation').split(',')) {
    const [path = '', direction] = part.trim().split(/\s+/);
    if (!byName.get(path)?.column) continue;
    const lower = direction?.toLowerCase();
    terms.push({ path, direction: lower === 'asc' || lower === 'desc' ? lower : fallback });
  }
  return terms.length > 0 ? terms : [{ path: 'creation', direction: 'desc' }];
}
