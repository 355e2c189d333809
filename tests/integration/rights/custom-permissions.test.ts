import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportCustomizations } from '../../../server/doctypes/export.ts';
import { readDocTypeFiles } from '../../../server/doctypes/files.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { restoreDocument } from '../../../server/documents/restore.ts';
import { type Actor, systemActor } from '../../../server/kernel/actor.ts';
import type { DocPerm } from '../../../server/kernel/doctype.ts';
import { customizePermissions, resetPermissions } from '../../../server/rights/custom-permissions.ts';
import { docType } from '../../support/plans.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

let services: TestServices;
let folder: string;
const OWN: DocPerm[] = [
  { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
  { role: 'All', read: 1, if_owner: 1, condition: 'doc.state == "open"' },
  { role: 'System Manager', permlevel: 1, read: 1 },
];
const manager: Actor = { user: 'boss', roles: ['System Manager', 'All'] };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rights-'));
  services = await openTestServices();
  await services.create('User', { name: 'boss', roles: [{ role: 'System Manager' }] });
});

afterAll(async () => {
  await services?.close();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
async function make(more: Record<string, unknown> = {}): Promise<string> {
  const name = `Ware ${++count}`;
  await services.create('DocType', { ...docType(name, ['title Data', 'state Data']), permissions: OWN, ...more });
  return name;
}

const effective = (name: string) => services.context().snapshot.find(name)?.permissions;

describe('a Custom DocPerm', () => {
  test('replaces all rows of the DocType for the next request, and deleting the last one brings them back', async () => {
    const name = await make();
    const row = await services.create('Custom DocPerm', { ref_doctype: name, role: 'Guest', read: true });
    expect(effective(name)).toEqual([{ role: 'Guest', read: 1 }]);
    await services.update('Custom DocPerm', row.name, { export: true });
    expect(effective(name)).toEqual([{ role: 'Guest', read: 1, export: 1 }]);
    await removeDocument(services.context(), { doctype: 'Custom DocPerm', name: row.name });
    expect(effective(name)).toEqual(OWN);
    await restoreDocument(services.context(), { doctype: 'Custom DocPerm', name: row.name });
    expect(effective(name)).toEqual([{ role: 'Guest', read: 1, export: 1 }]);
  });

  test('survives an edit of the DocType, and its rename', async () => {
    const name = await make();
    await services.create('Custom DocPerm', { ref_doctype: name, role: 'All', read: true });
    await services.update('DocType', name, { permissions: [{ role: 'Guest', read: 1 }] });
    expect(effective(name)).toEqual([{ role: 'All', read: 1 }]);
  });

  test('keeps the rules that rows of a DocType keep', async () => {
    const name = await make();
    await services.create('Custom DocPerm', { ref_doctype: name, role: 'All', read: true });
    const twice = await refusal(services.create('Custom DocPerm', { ref_doctype: name, role: 'All', read: true }));
    expect(problems(twice)).toEqual(['permissions[1] duplicate_permission']);
    const wrong = { ref_doctype: name, role: 'Guest', read: true };
    expect(problems(await refusal(services.create('Custom DocPerm', { ...wrong, condition: 'doc.state ==' })))).toEqual(
      ['permissions[1].condition bad_condition'],
    );
    expect(
      problems(await refusal(services.create('Custom DocPerm', { ...wrong, condition: 'doc.stat == 1' }))),
    ).toEqual(['permissions[1].condition unknown_field']);
    expect(effective(name)).toEqual([{ role: 'All', read: 1 }]);
    const child = `Row ${++count}`;
    await services.create('DocType', { ...docType(child, ['a Data']), istable: 1, autoname: undefined });
    expect(problems(await refusal(services.create('Custom DocPerm', { ...wrong, ref_doctype: child })))).toEqual([
      'ref_doctype child_table',
    ]);
  });

  test('is begun by copying the rows and undone by a reset, each in one step', async () => {
    const name = await make();
    const ctx = () => services.context(manager);
    await customizePermissions(ctx(), name);
    expect(effective(name)).toEqual(expect.arrayContaining(OWN));
    expect(effective(name)).toHaveLength(OWN.length);
    await customizePermissions(ctx(), name);
    expect(await services.list('Custom DocPerm', { filters: [['ref_doctype', '=', name]] })).toHaveLength(3);
    await resetPermissions(ctx(), name);
    expect(await services.list('Custom DocPerm', { filters: [['ref_doctype', '=', name]] })).toEqual([]);
    expect(effective(name)).toEqual(OWN);
    await resetPermissions(ctx(), name);
    expect((await refusal(customizePermissions(ctx(), 'Nothing'))).code).toBe('not_found');
  });
});

describe('an import', () => {
  const files = async (name: string, content: unknown) => {
    const file = path.join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(content));
    return readDocTypeFiles([file]);
  };
  const bring = async (name: string, content: unknown) =>
    importDocTypes(services.open.schema, { actor: systemActor('a test'), files: await files(name, content) });
  const perm = (doctype: string, role: string, more: object = {}) => ({
    doctype: 'Custom DocPerm',
    parent: doctype,
    parentfield: 'permissions',
    parenttype: 'DocType',
    role,
    read: 1,
    write: 0,
    ...more,
  });

  test('takes custom_perms as all rows of the DocType, makes missing roles, and is repeatable', async () => {
    const name = await make();
    const content = {
      doctype: name,
      custom_fields: [],
      property_setters: [],
      custom_perms: [perm(name, 'Store Keeper', { name: 'a1' }), perm(name, 'All')],
      sync_on_migrate: 1,
    };
    await bring('ware', content);
    expect(effective(name)).toEqual([
      { role: 'Store Keeper', read: 1 },
      { role: 'All', read: 1 },
    ]);
    expect((await services.read('Role', 'Store Keeper')).name).toBe('Store Keeper');
    expect((await bring('ware', content)).changed).toEqual([]);
    await bring('ware', { ...content, custom_perms: [perm(name, 'All')] });
    expect(effective(name)).toEqual([{ role: 'All', read: 1 }]);
    const [exported] = await exportCustomizations(services.open.db, [name]);
    expect(exported).toMatchObject({ doctype: name, custom_perms: [{ parent: name, role: 'All', read: 1 }] });
    expect((await bring('ware', exported)).changed).toEqual([]);
  });

  test('takes fixtures one by one', async () => {
    const name = await make();
    await bring('fixtures', [perm(name, 'All', { name: 'f1' })]);
    await bring('fixtures', [perm(name, 'Guest', { name: 'f2' })]);
    expect(
      effective(name)
        ?.map((row) => row.role)
        .sort(),
    ).toEqual(['All', 'Guest']);
  });

  test('keeps a condition that cannot be used, warns of it, and lets it grant nothing', async () => {
    const name = `Ware ${++count}`;
    const definition = {
      ...docType(name, ['title Data']),
      permissions: [{ role: 'All', read: 1, condition: 'frappe.db.x()' }],
    };
    const report = await bring('doctype', definition);
    expect(report.warnings.join()).toContain('permissions[0].condition');
    await services.create(name, { name: 'one', title: 'a' });
    const somebody = services.context({ user: 'boss', roles: ['All'] });
    expect(await services.open.services.doors.list(somebody, name).catch((error) => error.code)).toSatisfy(
      (answer) => answer === 'forbidden' || answer === 'not_found' || (Array.isArray(answer) && answer.length === 0),
    );
  });
});

test('apply_rls and rls_field are checked when a person saves the DocType', async () => {
  const save = (more: object) =>
    refusal(services.create('DocType', { ...docType(`Ware ${++count}`, ['title Data']), ...more }));
  expect(problems(await save({ apply_rls: 1 }))).toEqual(['rls_field bad_rls_field']);
  expect(problems(await save({ apply_rls: 1, rls_field: 'titel' }))).toEqual(['rls_field bad_rls_field']);
  expect((await save({ apply_rls: 1, rls_field: 'titl' })).message).toContain('"title"');
  await services.create('DocType', { ...docType(`Ware ${++count}`, ['title Data']), apply_rls: 1, rls_field: 'owner' });
});
