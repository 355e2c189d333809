import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createProject, type Project } from './command.ts';

let database: TestDatabase;
let project: Project;

beforeAll(async () => {
  database = await createDatabase();
  project = await createProject({ DATABASE_URL: database.url });
});

afterAll(async () => {
  await project.remove();
  await database.drop();
});

function tool(fields: readonly object[], more: object = {}): Record<string, unknown> {
  return {
    doctype: 'DocType',
    name: 'Tool',
    module: 'Shed',
    autoname: 'field:label',
    fields,
    permissions: [],
    ...more,
  };
}

const label = { fieldname: 'label', fieldtype: 'Data', label: 'Label', reqd: 1, unique: 1 };
const state = { fieldname: 'state', fieldtype: 'Select', label: 'State', options: 'Good\nBroken\nLent' };
const note = { fieldname: 'note', fieldtype: 'Small Text', label: 'Note' };

test('an import says what it made, and a second one that there is nothing to do', async () => {
  const file = await project.write(
    'tool.json',
    tool([label, state, note], { a_key_of_a_later_release: { kept: [1, 2] } }),
  );
  const fixture = await project.write('fixture.json', [{ doctype: 'Tool', label: 'Nameless' }]);

  const first = await project.m(['doctype', 'import', file, fixture, '--app', 'shed']);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(/^app +created +changed +unchanged +warnings$/m);
  expect(first.stdout).toMatch(/^shed +1 +0 +0 +0$/m);
  expect(first.stdout).toContain('1 document left alone');

  const second = await project.m(['doctype', 'import', file, fixture, '--app', 'shed']);
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(second.stdout).toMatch(/^shed +0 +0 +1 +0$/m);
  expect(second.stdout).toContain('Nothing to change.');
});

test('an export gives back what was imported, unknown keys included, and imports as nothing new', async () => {
  const out = path.join(project.folder, 'out');
  const exported = await project.m(['doctype', 'export', 'Tool', '--out', out, '--json']);
  expect(JSON.parse(exported.stdout)).toEqual({
    exported: [{ name: 'Tool', app: 'shed', file: path.join(out, 'shed/Tool.json') }],
  });
  const read = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
  expect(await read(path.join(out, 'shed/Tool.json'))).toEqual(await read(path.join(project.folder, 'tool.json')));

  const again = await project.m(['doctype', 'import', out, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ created: [], changed: [], unchanged: ['Tool'] });
});

test('a folder that cannot be written to is told in a sentence', async () => {
  const { code, stderr } = await project.m([
    'doctype',
    'export',
    'Tool',
    '--out',
    path.join(project.folder, 'tool.json'),
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\S+tool\.json\S* cannot be used: a part of it is a file, and a folder was expected\.\n$/);
});

test('the console runs what is piped into it: a script, or an expression whose value it prints', async () => {
  const script = `
    for (const [label, state] of [['Saw', 'Good'], ['Axe', 'Broken'], ['Rake', 'Lent']]) {
      await doors.create('Tool', { label, state, note: 'sharp' });
    }`;
  expect(await project.m(['console'], { input: script })).toEqual({ code: 0, stdout: '', stderr: '' });
  const names = "(await doors.list('Tool', { order_by: 'name asc' })).map((doc) => doc.name).join('+');\n";
  expect(await project.m(['console'], { input: names })).toEqual({ code: 0, stdout: "'Axe+Rake+Saw'\n", stderr: '' });
  const twice = await project.m(['console'], { input: "await doors.create('Tool', { label: 'Saw' })" });
  expect(twice).toMatchObject({ code: 1, stdout: '' });
  expect((await project.m(['console'], { input: 'await (' })).stderr).toMatch(/^Standard input is no JavaScript: /);
});

test('diff shows what an import would do, with its safety and rows, and does nothing', async () => {
  const file = await project.write(
    'wider.json',
    tool([label, state, note, { fieldname: 'price', fieldtype: 'Currency' }]),
  );
  const table = await project.m(['doctype', 'diff', file, '--app', 'shed']);
  expect(table).toMatchObject({ code: 0, stderr: '' });
  expect(table.stdout).toMatch(/^op +table +column +safety +rows +reason$/m);
  expect(table.stdout).toMatch(/^add_column +tool +price +SAFE +3 +/m);

  const plan = JSON.parse((await project.m(['doctype', 'diff', file, '--app', 'shed', '--json'])).stdout);
  expect(plan.changes).toEqual([
    expect.objectContaining({ op: 'add_column', table: 'tool', column: 'price', safety: 'SAFE', rows: 3 }),
  ]);
  const custom = { doctype: 'Custom Field', dt: 'Tool', fieldname: 'maker', fieldtype: 'Data', label: 'Maker' };
  const customized = await project.m(['doctype', 'diff', await project.write('custom.json', [custom]), '--json']);
  expect(JSON.parse(customized.stdout)).toMatchObject({
    changes: [{ op: 'add_column', table: 'tool', column: 'maker', safety: 'SAFE', rows: 3 }],
    changed: ['Tool'],
  });
  expect((await project.m(['drift'])).stdout).toContain('The database is what the DocTypes say.');
});

test('a dangerous import is refused with its reason and a hash, and done with it', async () => {
  const file = await project.write('narrow.json', tool([label, { ...state, options: 'Good\nBroken' }, note]));
  const refused = await project.m(['doctype', 'import', file, '--app', 'shed']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain(
    'restrict_options tool.state: 1 rows hold a value that is no option any more (Lent)',
  );
  const hash = /--confirm (\w+)/.exec(refused.stderr)?.[1] ?? '';

  const wrong = await project.m(['doctype', 'import', file, '--app', 'shed', '--confirm', '00000000']);
  expect(wrong.code).toBe(1);
  const done = await project.m(['doctype', 'import', file, '--app', 'shed', '--confirm', hash, '--json']);
  expect(JSON.parse(done.stdout)).toMatchObject({ changed: ['Tool'], created: [] });
});

test('what one file of an import breaks, all of them do without', async () => {
  await project.m(['new:app', 'mixed']);
  await project.write('apps/mixed/doctypes/a.json', { ...tool([label]), name: 'Good Tool' });
  await project.write('apps/mixed/doctypes/b.json', {
    ...tool([{ fieldname: 'Not a name', fieldtype: 'Data' }]),
    name: 'Bad Tool',
  });
  const outcome = await project.m(['doctype', 'import', 'apps/mixed']);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(outcome.stderr).toContain('Bad Tool');
  const { stderr } = await project.m(['doctype', 'history', 'Good Tool']);
  expect(stderr).toContain('There is no DocType "Good Tool"');
});

test('a removed field keeps its column until the contract is confirmed; a version brings a field back', async () => {
  const file = await project.write('less.json', tool([label, { ...state, options: 'Good\nBroken' }]));
  expect((await project.m(['doctype', 'import', file, '--app', 'shed'])).code).toBe(0);

  const plan = await project.m(['migrate', 'contract']);
  expect(plan.stdout).toMatch(/^drop_column +tool +note +3 +/m);
  const hash = /--confirm (\w+)/.exec(plan.stdout)?.[1] ?? '';
  expect((await project.m(['migrate', 'contract', '--confirm', 'deadbeef'])).code).toBe(1);

  const history = JSON.parse((await project.m(['doctype', 'history', 'Tool', '--json'])).stdout) as {
    version: number;
  }[];
  expect(history.map((entry) => entry.version)).toEqual([3, 2, 1]);
  expect((await project.m(['doctype', 'revert', 'Tool', '2'])).stdout).toContain('Tool is as it was in version 2');
  const notes = await project.m(['console'], { input: "(await doors.get('Tool', 'Saw')).note\n" });
  expect(notes.stdout).toContain("'sharp'");
  expect((await project.m(['migrate', 'contract'])).stdout).toContain('Nothing to drop');

  await project.m(['doctype', 'import', file, '--app', 'shed']);
  const again = /--confirm (\w+)/.exec((await project.m(['migrate', 'contract'])).stdout)?.[1] ?? '';
  expect(again).toBe(hash);
  expect((await project.m(['migrate', 'contract', '--confirm', again])).stdout).toContain('Dropped 1 thing.');
  expect((await project.m(['drift'])).code).toBe(0);
}, 60_000);

test('drift says so, and ends with 1, when somebody changed a table by hand', async () => {
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('alter table tool drop column state');
  await client.end();
  const drift = await project.m(['drift', '--json']);
  expect(drift.code).toBe(1);
  expect(JSON.parse(drift.stdout).changes).toEqual([
    expect.objectContaining({ op: 'add_column', table: 'tool', column: 'state' }),
  ]);
});

test('fixtures come with the definitions that they belong to, in any order, and links to nothing are emptied', async () => {
  const folder = path.join(project.folder, 'yard');
  await mkdir(folder, { recursive: true });
  const crate = {
    doctype: 'DocType',
    name: 'Crate',
    module: 'Shed',
    autoname: 'Prompt',
    fields: [
      { fieldname: 'inside', fieldtype: 'Link', label: 'Inside', options: 'Crate' },
      { fieldname: 'weight', fieldtype: 'Float', label: 'Weight' },
    ],
    permissions: [],
  };
  await writeFile(path.join(folder, 'crate.json'), JSON.stringify(crate));
  await writeFile(
    path.join(folder, 'a-fixture.json'),
    JSON.stringify([
      { doctype: 'Crate', name: 'Small', inside: 'Large', weight: 1.5 },
      { doctype: 'Crate', name: 'Large', inside: 'Nowhere', unknown: 1 },
      { doctype: 'Ship', name: 'Ghost' },
    ]),
  );
  const first = JSON.parse((await project.m(['doctype', 'import', folder, '--json'])).stdout);
  expect(first).toMatchObject({
    created: ['Crate'],
    documents: { created: 2, changed: 0, unchanged: 0 },
    documents_left: 1,
  });
  expect(first.warnings.join()).toContain('inside leads to no Crate; emptied');
  const second = JSON.parse((await project.m(['doctype', 'import', folder, '--json'])).stdout);
  // What was emptied is not what the file says: that one is written again, and says so again.
  expect(second).toMatchObject({ created: [], changed: [], documents: { created: 0, changed: 1, unchanged: 1 } });
});

test('custom fields and property setters go out with their DocType and come back as nothing new', async () => {
  const customization = await project.write('custom.json', {
    doctype: 'Crate',
    custom_fields: [{ dt: 'Crate', fieldname: 'paint', fieldtype: 'Data', label: 'Paint', insert_after: 'weight' }],
    property_setters: [
      {
        doc_type: 'Crate',
        doctype_or_field: 'DocField',
        field_name: 'weight',
        property: 'label',
        property_type: 'Data',
        value: 'Kilograms',
      },
    ],
  });
  const made = JSON.parse((await project.m(['doctype', 'import', customization, '--json'])).stdout);
  expect(made).toMatchObject({ changed: ['Crate'], customizations: { custom_fields: 1, property_setters: 1 } });
  const out = path.join(project.folder, 'out-custom');
  await project.m(['doctype', 'export', 'Crate', '--out', out]);
  const written = JSON.parse(await readFile(path.join(out, 'custom/Crate.json'), 'utf8'));
  expect(written.custom_fields).toMatchObject([{ dt: 'Crate', fieldname: 'paint', insert_after: 'weight' }]);
  expect(written.property_setters).toMatchObject([{ doc_type: 'Crate', field_name: 'weight', value: 'Kilograms' }]);
  const again = JSON.parse((await project.m(['doctype', 'import', out, '--json'])).stdout);
  expect(again).toMatchObject({ created: [], changed: [] });
});
