/**
 * The text of graphql.ts of a client: each DocType as GraphQL sees it, under the names of GRAPHQL.md, on top of
 * the types that are the same for all. And where Links and tables lead, which the client needs when it runs.
 */

import {
  derivedFieldName,
  graphqlFieldName,
  graphqlNames,
  reverseName,
  reverseRowsName,
} from '../schema/graphql-names.ts';
import { pointingFields, pointingRows } from '../schema/inbound.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { keyText, unionText } from './documents.ts';

interface Drawn {
  plan: DocTypePlan;
  /** In GraphQL. */
  name: string;
  one: readonly Edge[];
  rows: readonly Edge[];
  reverse: readonly Edge[];
}

/** A field that leads to documents; `to` is a name in GraphQL, undefined where they are of any DocType. */
interface Edge {
  field: string;
  to: string | undefined;
}

export interface GraphqlFile {
  types: string;
  /** By name, the Links and tables, and the names that they lead to; what points here says its name itself. */
  links: Record<string, Record<string, string>>;
}

export function graphqlFile(snapshot: Snapshot, plans: readonly DocTypePlan[]): GraphqlFile {
  const names = graphqlNames(snapshot);
  const chosen = new Set(plans.map((plan) => plan.name));
  const nameOf = (doctype: string): string | undefined => (chosen.has(doctype) ? names.of(doctype) : undefined);
  const drawn = plans.map((plan) => draw({ snapshot, plan, name: names.of(plan.name), nameOf }));
  const roots = drawn.filter(({ plan }) => plan.storage !== 'child');
  return {
    types: [
      ...drawn.map(graphText),
      DOCUMENT_GRAPH,
      `/** The DocTypes that have fields at the root, by their names in GraphQL. */
export interface Graphs {\n${roots.map(({ name }) => `  ${name}: ${name}_graph;\n`).join('')}}\n`,
    ].join('\n'),
    links: Object.fromEntries(drawn.map((each) => [each.name, linksOf(each)])),
  };
}

function draw(q: {
  snapshot: Snapshot;
  plan: DocTypePlan;
  name: string;
  nameOf(doctype: string): string | undefined;
}): Drawn {
  const { plan, nameOf } = q;
  const stored = plan.fields.filter((field) => field.isReadable && isStored(plan, field));
  const one = stored.flatMap(({ fieldname, link }): Edge[] => {
    if (!link) return [];
    const field = derivedFieldName(plan, graphqlFieldName(fieldname), 'doc');
    if ('pointer' in link) return plan.byName.has(link.pointer) ? [{ field, to: undefined }] : [];
    const to = nameOf(link.doctype);
    return to === undefined || q.snapshot.find(link.doctype)?.storage === 'child' ? [] : [{ field, to }];
  });
  const rows = plan.tables.flatMap(({ fieldname, childDocType }): Edge[] => {
    const to = nameOf(childDocType as string);
    return to === undefined ? [] : [{ field: graphqlFieldName(fieldname), to }];
  });
  return { plan, name: q.name, one, rows, reverse: reverseOf(q) };
}

/** Documents that point here. */
function reverseOf({ snapshot, plan, nameOf }: Parameters<typeof draw>[0]): Edge[] {
  const plain = pointingFields(snapshot, plan).flatMap(({ plan: other, field }): Edge[] => {
    const to = nameOf(other.name);
    if (to === undefined || other.storage !== 'table') return [];
    return [{ field: reverseName(plan, to, field), to }];
  });
  const byRows = pointingRows(snapshot, plan).flatMap((reference): Edge[] => {
    const to = nameOf(reference.plan.name);
    return to === undefined ? [] : [{ field: reverseRowsName(plan, to, reference), to }];
  });
  return [...plain, ...byRows];
}

function graphText({ plan, name, one, rows, reverse }: Drawn): string {
  const doctype = JSON.stringify(plan.name);
  const graph = `${name}_graph`;
  const valued = plan.fields.filter((field) => field.isReadable && field.type.column !== undefined);
  const edges = (list: readonly Edge[]): string =>
    list.map(({ field, to }) => `${field}: ${to ?? 'document'}_graph`).join('; ');
  return `/** ${plan.name} */
export interface ${graph} {
  values: ${valuesText(plan)};
  computed: ${unionText(['doctype', ...valued.filter((field) => !isStored(plan, field)).map(nameIn)])};
  hidden: ${unionText(valued.filter(isHidden).map(nameIn))};
  exact: ${unionText(valued.filter(isExact).map(nameIn))};
  one: { ${edges(one)} };
  many: { ${edges([...rows, ...reverse])} };
  can: ${unionText(abilities(plan))};
  insert: DocTypes[${doctype}]['insert'];
  update: DocTypes[${doctype}]['update'];
}
export interface ${name}_bool_exp extends BoolExp<${graph}> {}
export interface ${name}_order_by extends OrderBy<${graph}> {}
export interface ${name}_aggregate_order_by extends AggregateOrderBy<${graph}> {}
export type ${name}_select_column = SelectColumn<${graph}>;
export interface ${name}_inc_input extends IncInput<${graph}> {}
export type ${name}_insert_input = ${graph}['insert'];
export type ${name}_set_input = ${graph}['update'];
`;
}

/** The columns of the document that is read; under another name where GraphQL cannot say a fieldname. */
function valuesText(plan: DocTypePlan): string {
  const doc = `DocTypes[${JSON.stringify(plan.name)}]['doc']`;
  const renamed = plan.fields.filter(
    (field) => field.type.column !== undefined && graphqlFieldName(field.fieldname) !== field.fieldname,
  );
  const left = plan.fields.filter((field) => field.type.children === true || renamed.includes(field));
  const base = left.length === 0 ? doc : `Omit<${doc}, ${unionText(left.map((field) => field.fieldname))}>`;
  if (renamed.length === 0) return `Required<${base}>`;
  const others = renamed.map(
    ({ fieldname }) => `${keyText(graphqlFieldName(fieldname))}: ${doc}[${JSON.stringify(fieldname)}]`,
  );
  return `Required<${base} & { ${others.join('; ')} }>`;
}

function nameIn({ fieldname }: FieldPlan): string {
  return graphqlFieldName(fieldname);
}

/** Which fields at the root there are for it. */
function abilities({ storage, isSubmittable, allowsRename }: DocTypePlan): string[] {
  if (storage === 'child') return [];
  const isMany = storage !== 'single';
  return [
    'read',
    ...(storage === 'table' ? ['summarize'] : []),
    ...(isMany ? ['insert'] : []),
    ...(isSubmittable ? ['submit'] : []),
    ...(isMany && allowsRename ? ['rename'] : []),
  ];
}

function isStored(plan: DocTypePlan, field: FieldPlan): boolean {
  return field.column !== undefined || (plan.storage === 'virtual' && field.sql !== undefined);
}

function isHidden(field: FieldPlan): boolean {
  return !field.isVirtual && (field.sql?.type === 'jsonb' || field.type.secret === true);
}

function isExact(field: FieldPlan): boolean {
  return field.sql !== undefined && ['date', 'time', 'timestamptz', 'uuid'].includes(field.sql.type);
}

function linksOf({ one, rows }: Drawn): Record<string, string> {
  const found = [...one, ...rows].flatMap(({ field, to }) => (to === undefined ? [] : [[field, to] as const]));
  return Object.fromEntries(found);
}

/** What every document has: where a Dynamic Link leads. */
const DOCUMENT_GRAPH = `/** What a Dynamic Link leads to: the keys that every document has. */
export interface document_graph {
  values: {
    id: string;
    name: string;
    doctype: string;
    owner: string | null;
    creation: string | null;
    modified: string | null;
    modified_by: string | null;
    docstatus: number;
    idx: number;
    _version: number;
  };
  one: object;
  many: object;
}
`;
