/** The text of types.ts: what documents of each DocType are made of, by json-schema-to-typescript, and the map of all. */
import type { DocTypePlan } from '../schema/plan.ts';
import { insertSchema, readSchema } from './json-schemas.ts';
import type { TypeNames } from './type-names.ts';

export interface Making {
  plans: readonly DocTypePlan[];
  names: ReadonlyMap<string, TypeNames>;
  report?(done: number, total: number): void;
}

const PRELUDE = `/** A whole number; a text of digits beyond 2^53, which no number of JavaScript carries. */
export type Int64 = number | string;

/** A row of a changed document: a new one, or what changes of the one that has this name. */
export type ChangedRow<Insert> = Insert | (Partial<Insert> & { name: string });
`;

export async function documentTypes({ plans, names, report }: Making): Promise<string> {
  const write = await typeWriter();
  const chosen = new Set(plans.map((plan) => plan.name));
  const texts = [PRELUDE];
  for (const [index, plan] of plans.entries()) {
    report?.(index, plans.length);
    const own = names.get(plan.name) as TypeNames;
    texts.push(await write(readSchema(plan, names), own.doc));
    texts.push(await write(insertSchema(plan, names), own.insert));
    texts.push(updateType(plan, names));
  }
  texts.push(mapOf(plans, names, chosen));
  return texts.join('\n');
}

type TypeWriter = (schema: object, name: string) => Promise<string>;

/** Imported here and not above: it is large, and no other command needs it. */
async function typeWriter(): Promise<TypeWriter> {
  const { compile } = await import('json-schema-to-typescript');
  return async (schema, name) => {
    // Its formatting, by prettier, takes seven times as long as the rest.
    const text = await compile({ ...schema, title: name }, name, {
      bannerComment: '',
      format: false,
      additionalProperties: false,
    });
    return tidy(text);
  };
}

/** Its text as a person would write it: indented, short comments on one line, no brackets around a union. */
function tidy(text: string): string {
  const short = text.trim().replace(/^\/\*\*\n \* ([^\n]*)\n \*\/$/gm, '/** $1 */');
  const start = short.indexOf('{\n', short.indexOf('export interface ')) + 2;
  const lines = short.slice(start, short.lastIndexOf('}')).trimEnd().split('\n');
  const body = lines.map((line) => {
    const isComment = /^ ?[/*]/.test(line);
    return line === '' ? '' : isComment ? `  ${line}\n` : `  ${line.replace(/: \((.*)\)$/, ': $1')};\n`;
  });
  return `${short.slice(0, start)}${body.join('')}}\n`;
}

function updateType(plan: DocTypePlan, names: ReadonlyMap<string, TypeNames>): string {
  const { insert, update } = names.get(plan.name) as TypeNames;
  const tables = plan.fields.filter((field) => field.childDocType !== undefined && names.has(field.childDocType));
  const rows = tables.map((field) => {
    const row = names.get(field.childDocType as string) as TypeNames;
    return `  ${keyText(field.fieldname)}?: ChangedRow<${row.insert}>[];\n`;
  });
  const comment = `/** ${plan.name}, as it is changed: what is left out stays as it is. */\n`;
  if (rows.length === 0) return `${comment}export interface ${update} extends Partial<${insert}> {}\n`;
  const base = `Partial<Omit<${insert}, ${unionText(tables.map((field) => field.fieldname))}>>`;
  return `${comment}export interface ${update} extends ${base} {\n${rows.join('')}}\n`;
}

function mapOf(
  plans: readonly DocTypePlan[],
  names: ReadonlyMap<string, TypeNames>,
  chosen: ReadonlySet<string>,
): string {
  const entries = plans.map((plan) => {
    const { doc, insert, update } = names.get(plan.name) as TypeNames;
    const listed = unionText([...new Set(['name', ...plan.listFields])]);
    const links = plan.links.flatMap(({ fieldname, link }) =>
      link && 'doctype' in link && chosen.has(link.doctype)
        ? [`${keyText(fieldname)}: ${JSON.stringify(link.doctype)}`]
        : [],
    );
    return `  ${JSON.stringify(plan.name)}: {
    doc: ${doc};
    insert: ${insert};
    update: ${update};
    listed: ${listed};
    links: { ${links.join('; ')} };
  };\n`;
  });
  const comment = `/**
 * The DocTypes by their exact names. \`listed\`: what a list shows of them when it names no fields;
 * \`links\`: where their Links lead.
 */\n`;
  return `${comment}export interface DocTypes {\n${entries.join('')}}\n`;
}

/** A key of an object type. */
export function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** A union of texts; of none, `never`. */
export function unionText(values: readonly string[]): string {
  return values.length === 0 ? 'never' : values.map((value) => JSON.stringify(value)).join(' | ');
}
