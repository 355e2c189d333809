import ts from 'typescript';
import { expect, test } from 'vitest';
import { clientFiles } from '../../../server/codegen/client.ts';
import { pascalCase, typeNames } from '../../../server/codegen/type-names.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { docType, planOf, snapshotOf } from '../../support/plans.ts';

async function filesOf(...definitions: DocTypeJson[]): Promise<{ types: string; graphql: string; client: string }> {
  const snapshot = snapshotOf(definitions.map((definition) => planOf(definition)));
  const { files } = await clientFiles(snapshot, { doctypes: [], modules: [], version: '1.2.3' });
  const text = (name: string): string => files.get(name) as string;
  return { types: text('types.ts'), graphql: text('graphql.ts'), client: text('client.ts') };
}

/** The statements of a text, each by its first words; throws when it is no TypeScript. */
function statementsOf(text: string): string[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest);
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
  return source.statements.map((statement) => /^[^{=<(]*/.exec(statement.getText(source))?.[0].trim() ?? '');
}

test('names of types are PascalCase as json-schema-to-typescript leaves it', () => {
  expect(pascalCase('Sales Order')).toBe('SalesOrder');
  expect(pascalCase('GSTR 3b-Report')).toBe('GSTR3BReport');
  expect(pascalCase('e_Invoice log')).toBe('EInvoiceLog');
});

test('names that meet have suffixes of their own, and none is a word of the files', () => {
  const plans = ['Sales Order', 'Sales-Order', 'Sales Order Insert', 'Record', 'Doc Types'].map((name) =>
    planOf(docType(name, [])),
  );
  const names = typeNames(snapshotOf(plans));
  const all = [...names.values()].flatMap(Object.values);
  expect(new Set(all).size).toBe(all.length);
  expect(names.get('Sales Order')?.doc).toBe('SalesOrder');
  expect(names.get('Sales-Order')?.doc).toMatch(/^SalesOrderX[0-9A-F]{8}$/);
  expect(names.get('Sales Order Insert')?.doc).toMatch(/^SalesOrderInsertX/);
  expect(names.get('Record')?.doc).toMatch(/^RecordX/);
  expect(names.get('Doc Types')?.doc).toMatch(/^DocTypesX/);
  const fewer = typeNames(snapshotOf(plans.slice(0, 2)));
  expect(fewer.get('Sales-Order')).toEqual(names.get('Sales-Order'));
});

test('what somebody wrote in a DocType stays a comment or a text', async () => {
  const evil = '*/ export const stolen = 1; /* ` \u2028 \r\n*/';
  const definition = docType('Trap', [], {
    description: evil,
    fields: [
      { fieldname: 'note', fieldtype: 'Data', label: evil, description: `<script>${evil}</script>` },
      { fieldname: 'kind', fieldtype: 'Select', label: 'Kind', options: `"A"\n\\\n${evil}\n' | any | '` },
    ],
  });
  const files = await filesOf(definition);
  expect(statementsOf(files.types)).toEqual([
    ...['export type Int64', 'export type ChangedRow', 'export interface Trap', 'export interface TrapInsert'],
    ...['export interface TrapUpdate extends Partial', 'export interface DocTypes'],
  ]);
  expect(statementsOf(files.graphql)).not.toContain('export const stolen');
  expect(statementsOf(files.client)).not.toContain('export const stolen');
});

test('what is given: neither what the server sets, nor needed what it can fill', async () => {
  const { types } = await filesOf(
    docType('Note', [], {
      autoname: 'naming_series:',
      fields: [
        { fieldname: 'naming_series', fieldtype: 'Select', options: 'N-.###', reqd: 1 },
        { fieldname: 'title', fieldtype: 'Data', reqd: 1 },
        { fieldname: 'state', fieldtype: 'Select', options: 'Open\nDone', default: 'Open', reqd: 1 },
        { fieldname: 'pages', fieldtype: 'Int' },
        { fieldname: 'secret', fieldtype: 'Data', permlevel: 1, reqd: 1 },
        { fieldname: 'about', fieldtype: 'Dynamic Link', options: 'about_type' },
        { fieldname: 'more', fieldtype: 'JSON' },
      ],
    }),
  );
  const body = (name: string): string =>
    (new RegExp(`export interface ${name} \\{\n([^}]*)\\}`).exec(types)?.[1] ?? '')
      .replace(/\/\*\*.*?\*\//gs, '')
      .replace(/\s+/g, ' ')
      .trim();
  expect(body('NoteInsert')).toBe(
    'naming_series?: string; title: string; state?: "Open" | "Done"; pages?: Int64; secret?: string; about?: string | null; more?: unknown;',
  );
  expect(body('Note')).toContain(
    '_version: number; naming_series: string; title: string; state: "Open" | "Done"; pages: Int64; secret?: string;',
  );
  expect(types).toContain('The name of a document of what about_type names.');
});

test('what runs needs no other file: its imports are types', async () => {
  const { client, graphql } = await filesOf(docType('Note', ['title Data']));
  for (const text of [client, graphql])
    for (const line of text.match(/^import .*$/gm) ?? []) expect(line).toMatch(/^import type .* from '\.\/\w+\.js';$/);
  expect(client).not.toMatch(/\bimport\(|require\(/);
});
