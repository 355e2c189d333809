/**
 * What DocTypes and fields are called in GraphQL: the table's name in snake_case and the fieldname as it
 * stands, save where two would meet or GraphQL knows the word already. Computed once per Snapshot; the rule
 * is GRAPHQL.md's: a stable suffix, shown in the metadata as `graphql_name`.
 */
import { shortHash, snakeCase } from '../kernel/names.ts';
import type { RowReference } from './inbound.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from './plan.ts';

export interface GraphqlNames {
  /** The name of a DocType that the snapshot has. */
  of(doctype: string): string;
  /** The DocType of that name; undefined when there is none. */
  find(name: string): string | undefined;
}

/** What follows a DocType's name in the name of a type or a root field that is made for it. */
const SUFFIXES: readonly string[] = [
  ...['bool_exp', 'order_by', 'select_column', 'insert_input', 'set_input', 'inc_input', 'pk_columns_input'],
  ...['mutation_response', 'aggregate', 'aggregate_fields', 'sum_fields', 'avg_fields', 'min_fields', 'max_fields'],
  ...['groups', 'groups_item', 'groups_key', 'connection', 'edge', 'by_pk', 'one'],
];

/** Names of types, and of root fields, that belong to no DocType. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['query_root', 'mutation_root', 'subscription_root', 'order_by', 'document', 'page_info'],
  ...['uuid', 'timestamptz', 'date', 'time', 'numeric', 'bigint', 'json', 'string', 'int', 'float', 'boolean', 'id'],
  ...[
    'search',
    'search_result',
    'doctype_meta',
    'doctype_info',
    'me',
    'user_info',
    'query',
    'mutation',
    'subscription',
  ],
]);

const known = new WeakMap<Snapshot, GraphqlNames>();

export function graphqlNames(snapshot: Snapshot): GraphqlNames {
  let names = known.get(snapshot);
  if (!names) {
    names = collect(snapshot);
    known.set(snapshot, names);
  }
  return names;
}

function collect(snapshot: Snapshot): GraphqlNames {
  const byBase = new Map<string, string[]>();
  for (const doctype of snapshot.names) {
    const base = snakeCase(doctype);
    const others = byBase.get(base);
    if (others) others.push(doctype);
    else byBase.set(base, [doctype]);
  }
  const names = new Map<string, string>();
  const doctypes = new Map<string, string>();
  for (const [base, sharing] of byBase) {
    const isTaken = RESERVED.has(base) || base.startsWith('__') || isMadeFor(base, byBase);
    const first = isTaken ? undefined : firstOf(snapshot, base, sharing);
    for (const doctype of sharing) {
      const name = doctype === first ? base : suffixed(base, doctype);
      names.set(doctype, name);
      doctypes.set(name, doctype);
    }
  }
  return {
    of(doctype) {
      const name = names.get(doctype);
      if (name === undefined) throw new Error(`the snapshot has no ${doctype}`);
      return name;
    },
    find: (name) => doctypes.get(name),
  };
}

/** `sales_order_aggregate` is what Sales Order's aggregates are called; another DocType of that name gives way. */
function isMadeFor(base: string, bases: ReadonlyMap<string, unknown>): boolean {
  return SUFFIXES.some((suffix) => base.endsWith(`_${suffix}`) && bases.has(base.slice(0, -suffix.length - 1)));
}

/** Of several whose names become one, the one that has had the table of that name from the beginning. */
function firstOf(snapshot: Snapshot, base: string, sharing: readonly string[]): string | undefined {
  if (sharing.length === 1) return sharing[0];
  return sharing.find((doctype) => snapshot.find(doctype)?.table === base) ?? sharing[0];
}

function suffixed(base: string, doctype: string): string {
  return `${base.replace(/^_+/, '')}_${shortHash(doctype)}`;
}

const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** What `2nd` is called: a field that is itself named so gives way. */
const AS_DIGIT = /^_[0-9]/;

/** A fieldname as GraphQL takes it: nearly always itself. */
export function graphqlFieldName(fieldname: string): string {
  if (AS_DIGIT.test(fieldname)) return `${fieldname}_${shortHash(fieldname)}`;
  if (NAME.test(fieldname) && !fieldname.startsWith('__')) return fieldname;
  const clean = fieldname.replace(/[^_0-9A-Za-z]/g, '_').replace(/^__+/, '_');
  const name = /^[0-9]/.test(clean) ? `_${clean}` : clean;
  return name === `_${fieldname}` ? name : `${name}_${shortHash(fieldname)}`;
}

/** `customer_doc` for the document that `customer` names; `customer__doc` where a field has that name. */
export function derivedFieldName(plan: DocTypePlan, name: string, suffix: string): string {
  const plain = `${name}_${suffix}`;
  return hasField(plan, plain) ? `${name}__${suffix}` : plain;
}

/** `sales_order_by_customer`: documents of the DocType of that GraphQL name whose Link names this one. */
export function reverseName(plan: DocTypePlan, other: string, { fieldname }: FieldPlan): string {
  return derivedFieldName(plan, other, `by_${graphqlFieldName(fieldname)}`);
}

/** `user_by_roles_role`: by a Link in rows of theirs; `user__by_roles_role` where a Link of theirs has that name. */
export function reverseRowsName(plan: DocTypePlan, other: string, q: RowReference): string {
  const path = `${graphqlFieldName(q.table.fieldname)}_${graphqlFieldName(q.field.fieldname)}`;
  const isTaken = q.plan.links.some((each) => graphqlFieldName(each.fieldname) === path);
  return isTaken ? `${other}__by_${path}` : derivedFieldName(plan, other, `by_${path}`);
}

function hasField(plan: DocTypePlan, name: string): boolean {
  return plan.byName.has(name) || plan.fields.some((field: FieldPlan) => graphqlFieldName(field.fieldname) === name);
}
