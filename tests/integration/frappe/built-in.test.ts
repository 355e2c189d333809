/** Every DocType that comes along, at Frappe's doors: listed, read, and sent back as it was read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { frappeWorld, must } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await frappeWorld();
});
afterAll(() => app?.close());

test('all are listed and described, and their documents read', async () => {
  const names = (await must(app.json('GET', '/api/resource/DocType?limit_page_length=0'))).body.data as {
    name: string;
  }[];
  expect(names.length).toBeGreaterThan(15);
  for (const { name } of names) {
    const path = `/api/resource/${encodeURIComponent(name)}`;
    const listed = await app.json('GET', `${path}?fields=["*"]&limit=2`);
    expect(listed.status, `${name}: ${listed.text}`).toBe(200);
    const meta = await app.json('GET', `/api/v2/doctype/${encodeURIComponent(name)}/meta`);
    expect(meta.body.data?.name, meta.text).toBe(name);
    if (meta.body.data.istable) continue;
    for (const row of listed.body.data as { name: string }[]) {
      const read = await app.json('GET', `${path}/${encodeURIComponent(row.name)}`);
      expect(read.status, `${name} ${row.name}: ${read.text}`).toBe(200);
      expect(read.body.data.doctype).toBe(name);
      expect(JSON.stringify(read.body.data)).not.toMatch(/:(true|false)\b/);
    }
  }
});

test.each(['User/Administrator', 'Role/System Manager', 'DocType/Task', 'System Settings/System Settings'])(
  '%s is saved as it was read',
  async (place) => {
    const path = `/api/resource/${place.split('/').map(encodeURIComponent).join('/')}`;
    const { data } = (await must(app.json('GET', path))).body;
    const again = await app.json('PUT', path, data);
    expect(again.status, again.text).toBe(200);
    expect(again.body._debug_messages).toBeUndefined();
  },
);

test('a DocType is changed here as everywhere', async () => {
  const { data } = (await must(app.json('GET', '/api/resource/DocType/Project'))).body;
  const fields = [...data.fields, { fieldname: 'added_here', fieldtype: 'Check', __islocal: 1, doctype: 'DocField' }];
  const changed = await app.json('PUT', '/api/resource/DocType/Project', { ...data, fields });
  expect(changed.status, changed.text).toBe(200);
  const made = await must(app.json('POST', '/api/resource/Project', { name: 'p', full_title: 'P', added_here: 1 }));
  expect(made.body.data.added_here).toBe(1);
});
