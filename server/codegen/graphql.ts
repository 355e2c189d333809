/**
 * The text of graphql.ts of a client: each DocType as GraphQL sees it, under the names of GRAPHQL.md, on top of
 * the types that are the same for all. And where Links and tables lead, which the client needs when it runs.
 */

import { derivedFieldName, graphqlFieldName, graphqlNames } from '../schema/graphql-names.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { keyText, unionText } from './documents.ts';

interface Drawn {
  plan: DocTypePlan;
  /** In GraphQL. */
  name: string;
  one: readonly Edge[];
  many: readonly Edge[];
}

/** A field that leads to documents; `to` is a name in GraphQL, undefined where they are of any DocType. */
interface Edge {
  field: string;
  to: string | undefined;
}

export interface GraphqlFile {
  types: string;
  /** By name, the fields that lead somewhere and the names that they lead to. */
  links: Record<string, Record<string, string>>;
}

export function graphqlFile(snapshot: Snapshot, plans: readonly DocTypePlan[]): GraphqlFile {
  const names = graphqlNames(snapshot);
  const chosen = new Set(plans.map((plan) => plan.name));
  const nameOf = (doctype: unknown): string | undefined =>
    typeof doctype === 'string' && chosen.has(doctype) ? names.of(doctype) : undefined;
  const drawn = plans.map((plan) => draw(plan, names.of(plan.name), nameOf));
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

function draw(plan: DocTypePlan, name: string, nameOf: (doctype: unknown) => string | undefined): Drawn {
  const one = plan.links.flatMap(({ fieldname, link }): Edge[] => {
    const field = derivedFieldName(plan, graphqlFieldName(fieldname), 'doc');
    if (link && 'pointer' in link) return [{ field, to: undefined }];
    const to = nameOf(link?.doctype);
    return to === undefined ? [] : [{ field, to }];
  });
  const tables = plan.tables.flatMap(({ fieldname, childDocType }): Edge[] => {
    const to = nameOf(childDocType);
    return to === undefined ? [] : [{ field: graphqlFieldName(fieldname), to }];
  });
  const reverse = (plan.definition.links ?? []).flatMap(({ link_doctype, link_fieldname }): Edge[] => {
    const to = nameOf(link_doctype);
    if (to === undefined || typeof link_fieldname !== 'string' || link_fieldname === '') return [];
    return [{ field: derivedFieldName(plan, to, `by_${graphqlFieldName(link_fieldname)}`), to }];
  });
  const many = new Map([...reverse, ...tables].map((edge) => [edge.field, edge]));
  return { plan, name, one, many: [...many.values()].sort((a, b) => (a.field < b.field ? -1 : 1)) };
}

function graphText({ plan, name, one, many }: Drawn): string {
  const doctype = JSON.stringify(plan.name);
  const graph = `${name}_graph`;
  const valued = plan.fields.filter((field) => field.isReadable && field.type.column !== undefined);
  const edges = (list: readonly Edge[]): string =>
    list.map(({ field, to }) => `${field}: ${to ?? 'document'}_graph`).join('; ');
  return `/** ${plan.name} */
export interface ${graph} {
  values: ${valuesText(plan)};
  opaque: ${unionText(['doctype', ...valued.filter(isOpaque).map(nameIn)])};
  exact: ${unionText(valued.filter(isExact).map(nameIn))};
  one: { ${edges(one)} };
  many: { ${edges(many)} };
  insert: DocTypes[${doctype}]['insert'];
  update: DocTypes[${doctype}]['update'];
}
export interface ${name}_bool_exp extends BoolExp<${graph}> {}
export interface ${name}_order_by extends OrderBy<${graph}> {}
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

/** Nothing can be asked of computed values, of secrets, of JSON. */
function isOpaque(field: FieldPlan): boolean {
  return field.isVirtual || field.sql === undefined || field.sql.type === 'jsonb' || field.type.secret === true;
}

function isExact(field: FieldPlan): boolean {
  return field.sql !== undefined && ['date', 'time', 'timestamptz', 'uuid'].includes(field.sql.type);
}

function linksOf({ one, many }: Drawn): Record<string, string> {
  const found = [...one, ...many].flatMap(({ field, to }) => (to === undefined ? [] : [[field, to] as const]));
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
