/**
 * A document that leads to one of a virtual DocType asks code that may take its time, as another server. Nobody
 * else's document waits for it, nor for the number that it holds meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newDocument } from '../../../server/kernel/document.ts';
import { createTestApp, type Reply, type TestApp } from '../../support/app.ts';

const SLOW_MS = 1500;
let app: TestApp;

const PERMISSIONS = [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }];
const named = (name: string, fields: readonly object[], more: object = {}) => ({
  name,
  module: 'Core',
  permissions: PERMISSIONS,
  fields: fields.map((field, index) => ({ fieldname: `field_${index}`, label: 'Field', ...field })),
  ...more,
});

beforeAll(async () => {
  const far = {
    list: async () => [],
    get: async (_ctx: unknown, _plan: unknown, name: string) => {
      await sleep(SLOW_MS);
      return newDocument([['name', name]]);
    },
  };
  app = await createTestApp({ poolSize: 8, apps: [{ repositories: { 'Far Place': far } }] });
  const to = { fieldtype: 'Link', options: 'Far Place' };
  const doctypes = [
    named('Far Place', [{ fieldtype: 'Data' }], { is_virtual: 1, autoname: 'Prompt' }),
    named('Leg', [to], { istable: 1 }),
    named(
      'Journey',
      [
        { ...to, fieldname: 'to' },
        { fieldtype: 'Table', fieldname: 'legs', options: 'Leg' },
      ],
      {
        autoname: 'hash',
      },
    ),
    named(
      'Errand',
      [
        { fieldtype: 'Link', fieldname: 'about_type', options: 'DocType' },
        { fieldtype: 'Dynamic Link', fieldname: 'about', options: 'about_type' },
      ],
      {
        autoname: 'hash',
      },
    ),
    named('Note', [{ fieldtype: 'Data' }], { autoname: 'NOTE-.####' }),
  ];
  for (const doctype of doctypes) {
    const { status, text } = await app.json('POST', '/api/v1/DocType', doctype);
    expect(status, text).toBe(201);
  }
});
afterAll(() => app?.close());

const SLOW: readonly [doctype: string, given: object][] = [
  ['Journey', { to: 'Mars' }],
  ['Journey', { legs: [{ field_0: 'Mars' }] }],
  ['Errand', { about_type: 'Far Place', about: 'Mars' }],
];

test.each(SLOW)('%s %j', async (doctype, given) => {
  const slow: Promise<Reply>[] = [];
  const notes: Promise<number>[] = [];
  for (let n = 0; n < 12; n++) {
    const began = Date.now();
    notes.push(
      app.json('POST', '/api/v1/Note', {}).then(({ status, text }) => {
        expect(status, text).toBe(201);
        return Date.now() - began;
      }),
    );
    if (n < 4) slow.push(app.json('POST', `/api/v1/${doctype}`, given));
  }
  expect(Math.max(...(await Promise.all(notes)))).toBeLessThan(SLOW_MS);
  for (const { status, text } of await Promise.all(slow)) expect(status, text).toBe(201);
});
