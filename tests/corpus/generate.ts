/**
 * A document that a DocType accepts, made from its plan alone: every field that can be filled is filled,
 * and what a required Link needs is made first.
 */
import type { DocField } from '../../server/kernel/doctype.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../../server/schema/plan.ts';
import type { Client } from '../support/app.ts';

/**
 * They have tests of their own: what is written through other documents alone, tenants, which are never deleted, and
 * those whose values mean more than their field types say.
 */
export const OF_THEIR_OWN: ReadonlySet<string> = new Set([
  'DocShare',
  'File',
  'Tenant',
  'Comment',
  'ToDo',
  'Tag Link',
  'Like',
  'Saved View',
  'System Settings',
  'Translation',
  'Workspace',
]);

export interface World {
  client: Client;
  snapshot: Snapshot;
  /** One document of each DocType that another needs, by DocType. */
  made: Map<string, string>;
  next(): number;
}

/** Values to POST; required links lead to documents that exist afterwards. */
export async function generate(world: World, plan: DocTypePlan, depth = 0): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const field of plan.fields) {
    if (field.isStandard || field.isVirtual) continue;
    const value = field.childDocType ? await rowsFor(world, field, depth) : await valueFor(world, plan, field, depth);
    if (value !== undefined) values[field.fieldname] = value;
  }
  await pointDynamicLinks(world, plan, values, depth);
  if (plan.naming.kind === 'prompt') values.name = promptedName(plan, world.next());
  if (plan.naming.kind === 'field') values[plan.naming.fieldname] ??= `Named ${world.next()}`;
  return values;
}

/** A required Dynamic Link leads to a document of the DocType that its pointer names. */
async function pointDynamicLinks(
  world: World,
  plan: DocTypePlan,
  values: Record<string, unknown>,
  depth: number,
): Promise<void> {
  for (const field of plan.links) {
    if (!field.link || !('pointer' in field.link) || !(field.field.reqd || field.mandatoryDependsOn)) continue;
    const target = world.snapshot.find(String(values[field.link.pointer]));
    if (target?.name === 'DocType') values[field.fieldname] = 'Tag';
    if (target?.storage === 'table') values[field.fieldname] = await documentOf(world, target, depth);
  }
}

/** The name of a document of this DocType, made when there is none yet. */
async function documentOf(world: World, target: DocTypePlan, depth: number): Promise<string> {
  const known = world.made.get(target.name);
  if (known) return known;
  const { status, body } = await world.client.json(
    'POST',
    pathOf(target.name),
    await generate(world, target, depth + 1),
  );
  if (status !== 201) throw new Error(`${target.name}: ${status} ${JSON.stringify(body)}`);
  world.made.set(target.name, body.name as string);
  return body.name as string;
}

async function rowsFor(world: World, field: FieldPlan, depth: number): Promise<unknown> {
  const child = world.snapshot.find(field.childDocType as string);
  if (!child || depth > 3) return undefined;
  const rows = [await generate(world, child, depth + 1)];
  // A second row would repeat what must be unique.
  if (!child.columns.some((column) => column.field.unique)) rows.push(await generate(world, child, depth + 1));
  return rows;
}

async function valueFor(world: World, plan: DocTypePlan, field: FieldPlan, depth: number): Promise<unknown> {
  if (!field.column) return undefined;
  if (field.link) return linkFor(world, plan, field, depth);
  if (TREE.has(field.fieldname) && plan.isTree) return undefined;
  // What a customization says of a DocType must hold there; this one adds a plain field.
  const described = DESCRIBING[plan.name];
  if (described) return described[field.fieldname];
  // Attributes of people and tenants are plain values by name, no JSON of any form.
  if (field.fieldname === 'attributes' && (plan.name === 'User' || plan.name === 'Tenant')) return { region: ['EU'] };
  // A User Permission for all DocTypes is for no one in particular.
  if (plan.name === 'User Permission' && field.fieldname === 'apply_to_all_doctypes') return false;
  return plainValue(field, world.next());
}

const DESCRIBING: Record<string, Record<string, unknown>> = {
  'Custom Field': { fieldname: 'a_field_of_the_corpus', fieldtype: 'Data', label: 'Added' },
  'Property Setter': { doctype_or_field: 'DocType', property: 'title_field', value: 'description' },
  'Custom DocPerm': { permlevel: 0, read: true, write: true, create: true },
};

/** A tenant's name is part of addresses. */
function promptedName(plan: DocTypePlan, n: number): string {
  return plan.name === 'Tenant' ? `tenant-${n}` : `${plan.name} No ${n}`;
}
const TREE = new Set(['lft', 'rgt', 'old_parent']);

async function linkFor(world: World, plan: DocTypePlan, field: FieldPlan, depth: number): Promise<unknown> {
  if (!field.link || field.fieldname === 'amended_from') return undefined;
  if ('pointer' in field.link) return undefined;
  const target = world.snapshot.find(field.link.doctype);
  if (!target || target.name === plan.name) return undefined;
  if (target.name === 'DocType') return 'Tag';
  if (target.storage !== 'table' || depth > 6) return undefined;
  return (
    world.made.get(target.name) ??
    (field.field.reqd || field.mandatoryDependsOn ? documentOf(world, target, depth) : undefined)
  );
}

export function pathOf(doctype: string, name?: string): string {
  const base = `/api/v1/${encodeURIComponent(doctype)}`;
  return name === undefined ? base : `${base}/${encodeURIComponent(name)}`;
}

function plainValue(field: FieldPlan, n: number): unknown {
  const make = MAKERS[field.type.name];
  if (make) return make(n, field.field);
  const schema = field.type.jsonSchema(field.field);
  const limit = typeof schema.maxLength === 'number' ? schema.maxLength : 1000;
  return `text ${n} é ☂`.slice(0, limit);
}

const OPTION_TEXTS: Record<string, (n: number) => string> = {
  Email: (n) => `person${n}@example.org`,
  Phone: (n) => `+49 30 ${100000 + n}`,
  URL: (n) => `https://example.org/${n}`,
  Name: () => 'Ada Lovelace',
  IBAN: () => 'DE89370400440532013000',
};

const MAKERS: Record<string, (n: number, field: DocField) => unknown> = {
  Data: (n, field) => OPTION_TEXTS[field.options ?? '']?.(n) ?? `data ${n}`.slice(0, field.length || 140),
  Select: (n, field) =>
    (field.options ?? '')
      .split('\n')
      .map((line) => line.trim())
      .find(Boolean) ?? `chosen_${n}`,
  Check: (n) => n % 2 === 0,
  Int: (n) => n,
  'Long Int': (n) => n,
  Float: (n) => n + 0.25,
  Currency: (n) => n + 0.5,
  Percent: (n) => n % 100,
  Rating: () => 0.8,
  Duration: (n) => n * 60,
  Date: () => '2026-03-29',
  Datetime: () => '2026-03-29T01:30:00.123456Z',
  Time: () => '10:20:30',
  JSON: (n) => ({ n, list: [1, 'two', null], nested: { deep: true } }),
  Password: (n) => `secret ${n}`,
  Phone: () => '+49 30 901820',
  Color: () => '#4f46e5',
  'Text Editor': (n) => `<p>Rich <strong>text</strong> ${n}</p>`,
  'HTML Editor': (n) => `<div>${n}</div>`,
  Geolocation: () => '{"type":"FeatureCollection","features":[]}',
  Code: (n, field) => (field.options === 'JSON' ? `{"n":${n}}` : `x = ${n}`),
};
