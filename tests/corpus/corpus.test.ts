/**
 * The real DocTypes of Frappe apps, where they are at hand: imported unmodified, exported equal, and a
 * generated document of each one created, read, listed, changed and deleted over HTTP.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift } from '../../server/doctypes/drift.ts';
import { exportDocTypes } from '../../server/doctypes/export.ts';
import { type ReadFiles, readDocTypeFiles } from '../../server/doctypes/files.ts';
import { importDocTypes } from '../../server/doctypes/import.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { canonicalJson } from '../../server/kernel/json.ts';
import type { DocTypePlan } from '../../server/schema/plan.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { generate, OF_THEIR_OWN, pathOf, type World } from './generate.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../shared/frappe/doctypes');
const isHere = existsSync(FOLDER);

describe.skipIf(!isHere)(
  'the real DocTypes (skipped where ../shared/frappe/doctypes is not beside the project)',
  () => {
    let app: TestApp;
    let files: ReadFiles;
    const actor = systemActor('the corpus test');

    beforeAll(async () => {
      app = await createTestApp();
      files = await readDocTypeFiles([FOLDER]);
    });
    afterAll(() => app?.close());

    it('imports all of them at once, and a second import changes nothing', async () => {
      const first = await importDocTypes(app.app.schema, { actor, files });
      const touched = new Set([...first.created, ...first.changed]);
      expect(files.doctypes.filter((file) => !touched.has(file.definition.name))).toEqual([]);
      const second = await importDocTypes(app.app.schema, { actor, files });
      expect({ created: second.created, changed: second.changed, changes: second.changes }).toEqual({
        created: [],
        changed: [],
        changes: [],
      });
    });

    it('leaves the database as the metadata says', async () => {
      expect((await findDrift(app.app.db, app.app.store.current())).changes).toEqual([]);
    });

    it('exports every file equal to its source, unknown keys included', async () => {
      const exported = new Map(
        (await exportDocTypes(app.app.db, [])).map((file) => [`${file.app}/${file.definition.name}`, file.definition]),
      );
      const different = files.doctypes.filter(
        (file) => canonicalJson(exported.get(`${file.app}/${file.definition.name}`)) !== canonicalJson(file.definition),
      );
      expect(different.map((file) => file.file)).toEqual([]);
    });

    it('describes each over /api/meta', async () => {
      for (const file of files.doctypes.slice(0, 40)) {
        const { status, body } = await app.json('GET', `/api/meta/${encodeURIComponent(file.definition.name)}`);
        expect({ name: file.definition.name, status }).toEqual({ name: file.definition.name, status: 200 });
        expect(body.fields.length).toBeGreaterThanOrEqual(file.definition.fields.length > 0 ? 1 : 0);
      }
    });

    it('serves a document of every DocType that has a table', async () => {
      let counter = 0;
      const world: World = { client: app, snapshot: app.app.store.current(), made: new Map(), next: () => ++counter };
      const failures: string[] = [];
      let served = 0;
      for (const name of world.snapshot.names) {
        const plan = world.snapshot.find(name) as DocTypePlan;
        if (plan.storage !== 'table' && plan.storage !== 'single') continue;
        if (OF_THEIR_OWN.has(name)) continue;
        const failure = await serve(world, plan).catch((error: unknown) => String(error));
        if (failure) failures.push(`${name}: ${failure}`);
        else served++;
      }
      expect(failures).toEqual([]);
      expect(served).toBeGreaterThan(150);
    }, 120_000);
  },
);

/** Create, read, list, change, delete; what went wrong, in words. */
async function serve(world: World, plan: DocTypePlan): Promise<string | undefined> {
  const { client } = world;
  const values = await generate(world, plan);
  const created =
    plan.storage === 'single'
      ? await client.json('PUT', pathOf(plan.name, plan.name), values)
      : await client.json('POST', pathOf(plan.name), values);
  if (created.status !== (plan.storage === 'single' ? 200 : 201))
    return `create ${created.status} ${created.text.slice(0, 400)}`;
  const name = created.body.name as string;
  const read = await client.json('GET', pathOf(plan.name, name));
  if (read.status !== 200 || read.text !== created.text) return `read ${read.status} differs from what create answered`;
  const lost = plan.columns.find(
    (field) =>
      !field.isStandard &&
      !field.type.secret &&
      !field.fetch &&
      Object.hasOwn(values, field.fieldname) &&
      canonicalJson(read.body[field.fieldname]) !== canonicalJson(values[field.fieldname]),
  );
  if (lost)
    return `${lost.fieldname} was written as ${canonicalJson(values[lost.fieldname])} and is read as ${canonicalJson(read.body[lost.fieldname])}`;
  if (plan.storage === 'single') return undefined;
  const listed = await client.json(
    'GET',
    `${pathOf(plan.name)}?filters=${encodeURIComponent(JSON.stringify([['name', '=', name]]))}&fields=["*"]`,
  );
  if (listed.status !== 200 || listed.body.total !== 1) return `list ${listed.status} ${listed.text.slice(0, 300)}`;
  const changed = await client.json('PATCH', pathOf(plan.name, name), { _version: read.body._version });
  if (changed.status !== 200 || changed.body._version !== read.body._version + 1)
    return `change ${changed.status} ${changed.text.slice(0, 300)}`;
  if (world.made.get(plan.name) === name) return undefined;
  const deleted = await client.json('DELETE', pathOf(plan.name, name));
  if (deleted.status !== 204) return `delete ${deleted.status} ${deleted.text.slice(0, 300)}`;
  const gone = await client.json('GET', pathOf(plan.name, name));
  return gone.status === 404 ? undefined : `after delete it answers ${gone.status}`;
}
