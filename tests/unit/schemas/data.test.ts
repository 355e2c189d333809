/** The shipped data keeps the rules that the product demands of everyone else's. */
import { describe, expect, test } from 'vitest';
import { compileCondition, isConditionValid } from '../../../server/expressions/condition.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { snakeCase } from '../../../server/kernel/names.ts';
import { checkDocType } from '../../../server/schema/check.ts';
import { checkAgainstMetaSchema, metaSchema } from '../../../server/schema/meta-schema.ts';
import {
  APPS,
  builtIns,
  corpusNames,
  definitionFiles,
  definitions,
  fieldOf,
  isLayout,
  json,
  registry,
} from './shipped.ts';

describe('the published meta-schema', () => {
  test('refuses what is no DocType, and says where', () => {
    const broken = {
      name: 'Te<st',
      istable: 7,
      fields: [{ fieldname: 'Two Words' }],
      permissions: [{ read: 1 }],
      links: {},
    };
    expect(
      checkAgainstMetaSchema(broken)
        .map((problem) => problem.field)
        .sort(),
    ).toEqual(['fields[0].fieldname', 'istable', 'links', 'name', 'permissions[0].role']);
    expect(checkAgainstMetaSchema({ fields: [] }).map((problem) => problem.field)).toEqual(['name']);
  });

  test('demands no fields and keeps unknown keys', () => {
    expect(checkAgainstMetaSchema({ name: 'Empty', colour_of_my_own: 'teal' })).toEqual([]);
  });

  test.each([
    ['DocType', undefined],
    ['DocField', 'DocField'],
    ['DocPerm', 'DocPerm'],
    ['DocType Link', 'DocTypeLink'],
    ['DocType Action', 'DocTypeAction'],
    ['DocType State', 'DocTypeState'],
  ])('%s has a field for every key it describes, and no other', (doctype, part) => {
    const root = metaSchema() as SchemaNode;
    const described = Object.entries((part ? root.$defs?.[part] : root)?.properties ?? {});
    const untold = described.filter(([, property]) => !property.title || !property.description).map(([key]) => key);
    expect(untold).toEqual([]);
    const valued = (definitions.get(doctype) as DocTypeJson).fields.filter((field) => !isLayout(field));
    const standard = new Set([
      'id',
      'name',
      'doctype',
      'owner',
      'creation',
      'modified',
      'modified_by',
      'docstatus',
      'idx',
    ]);
    expect(
      described
        .map(([key]) => key)
        .filter((key) => !standard.has(key))
        .sort(),
    ).toEqual(valued.map((field) => field.fieldname).sort());
  });
});

/** Words that only the built-in DocTypes may use: they are what the words stand for. */
const ALLOWED = ['DocType name confusing_name', 'File name confusing_name', 'DocType autoname reserved_fieldname'];

describe.each(definitionFiles)('$file', ({ file, definition }) => {
  test('is a DocType without a fault, in the style of an export', () => {
    expect(checkAgainstMetaSchema(definition)).toEqual([]);
    const problems = checkDocType({
      definition,
      registry,
      known: (name) => definitions.get(name),
      knownNames: definitions.keys(),
    });
    const told = problems.map(({ field, code }) => `${definition.name} ${fieldnameAt(definition, field)} ${code}`);
    expect(told.filter((problem) => !ALLOWED.includes(problem))).toEqual([]);
    expect(file.endsWith(`/${definition.name}.json`)).toBe(true);
    expect(Object.keys(definition)).toEqual(Object.keys(definition).sort());
  });

  test('orders exactly the fields that it has, and links to DocTypes that exist', () => {
    expect([...(definition.field_order ?? [])].sort()).toEqual(
      definition.fields.map((field) => field.fieldname).sort(),
    );
    const targets = definition.fields.flatMap((field) => {
      const target = registry.find(field.fieldtype)?.linkTarget?.(field);
      const isTable = registry.find(field.fieldtype)?.children;
      return isTable ? [field.options] : target && 'doctype' in target ? [target.doctype] : [];
    });
    expect(targets.filter((target) => !definitions.has(target as string))).toEqual([]);
  });

  test('has conditions that can be read, of fields that it has', () => {
    const fieldnames = new Set(definition.fields.map((field) => field.fieldname));
    for (const field of definition.fields) {
      for (const key of ['depends_on', 'mandatory_depends_on', 'read_only_depends_on'] as const) {
        const condition = field[key];
        if (!condition) continue;
        expect(isConditionValid(condition), `${field.fieldname}.${key}`).toEqual({ ok: true });
        expect(compileCondition(condition).reads.filter((name) => !fieldnames.has(name))).toEqual([]);
      }
    }
  });
});

describe('all definitions together', () => {
  test('no two share a table', () => {
    const tables = definitionFiles.map(({ definition }) => snakeCase(definition.name));
    expect(tables.filter((table, index) => tables.indexOf(table) !== index)).toEqual([]);
  });

  test('a Custom Field offers every key of a field, and every registered type', () => {
    const keys = (definitions.get('DocField') as DocTypeJson).fields.map((field) => field.fieldname);
    expect(keys.filter((key) => !fieldOf('Custom Field', key))).toEqual([]);
    for (const doctype of ['DocField', 'Custom Field']) {
      expect(new Set(fieldOf(doctype, 'fieldtype')?.options?.split('\n'))).toEqual(new Set(registry.names));
    }
  });

  test('an absent flag of a definition stays absent: no flag of DocType and its rows has a default', () => {
    const names = ['DocType', 'DocField', 'DocPerm', 'DocType Link', 'DocType Action', 'DocType State'];
    const preset = names.flatMap((name) =>
      (definitions.get(name) as DocTypeJson).fields.filter((field) => field.fieldtype === 'Check' && field.default),
    );
    expect(preset).toEqual([]);
  });

  test('every app lists the modules that its DocTypes are in', () => {
    for (const app of APPS) {
      const { name, modules } = json(`seeds/${app}/app.json`) as { name: string; modules: string[] };
      expect(name).toBe(app);
      const used = definitionFiles
        .filter(({ file }) => file.startsWith(`seeds/${app}/`))
        .map(({ definition }) => definition.module);
      expect([...new Set(used)]).toEqual(modules);
    }
  });

  const corpus = corpusNames();
  test.skipIf(!corpus)(
    'no demo DocType stands where one of Frappe would be imported (skipped when ../shared is absent)',
    () => {
      const theirs = new Set(corpus?.map(snakeCase));
      const ours = definitionFiles.filter(
        ({ definition }) => !builtIns.some((builtIn) => builtIn.definition === definition),
      );
      expect(ours.map(({ definition }) => definition.name).filter((name) => theirs.has(snakeCase(name)))).toEqual([]);
    },
  );
});

interface SchemaNode {
  title?: string;
  description?: string;
  properties?: Record<string, SchemaNode>;
  $defs?: Record<string, SchemaNode>;
}

/** `fields[19].fieldname` → `autoname`, so that a moved field does not change the message. */
function fieldnameAt(definition: DocTypeJson, path: string): string {
  const index = /^fields\[(\d+)\]/.exec(path)?.[1];
  return (index && definition.fields[Number(index)]?.fieldname) ?? path;
}
