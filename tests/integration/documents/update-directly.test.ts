/**
 * A change of a few fields goes as one statement where nothing else depends on them. Whatever is changed so must be
 * as it is when every step is taken, which a transaction of several changes (`/bulk`) does.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import fc from '../../support/properties.ts';

let app: TestApp;
let clerk: UserClient;

const ROWS = { read: 1, write: 1, create: 1, delete: 1 };
const PERMISSIONS = [
  { role: 'System Manager', ...ROWS },
  { role: 'Clerk', ...ROWS, condition: 'doc.status != "Closed"' },
];
const FIELDS = [
  'title Data',
  'status Select Open\nClosed',
  'amount Currency',
  'count Int',
  'day Date',
  'moment Datetime',
  'clock Time',
  'is_done Check',
  'notes Text_Editor',
  'data JSON',
  'code Data',
  'once Data',
  'inner Data',
  'customer Link Party',
  'lines Table Line',
];
const RULES: Readonly<Record<string, object>> = {
  title: { reqd: 1 },
  count: { non_negative: 1 },
  code: { unique: 1 },
  once: { set_only_once: 1 },
  inner: { permlevel: 1 },
  item: { reqd: 1 },
};

function ruled(name: string, fields: readonly string[], more: object): object {
  const made = docType(name, fields, more);
  return { ...made, fields: (made.fields ?? []).map((field) => ({ ...field, ...RULES[field.fieldname ?? ''] })) };
}

beforeAll(async () => {
  app = await createTestApp();
  const make = (doctype: unknown) => app.json('POST', '/api/v1/DocType', doctype);
  const answers = [
    await make(docType('Party', ['city Data'], { autoname: 'Prompt' })),
    await make(ruled('Line', ['item Data', 'qty Int'], { istable: 1 })),
    await make(ruled('Plain', FIELDS, { autoname: 'Prompt', permissions: PERMISSIONS })),
    await make(ruled('Tracked', FIELDS, { autoname: 'Prompt', permissions: PERMISSIONS, track_changes: 1 })),
  ];
  expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(answers.map(() => [201, undefined]));
  await app.json('POST', '/api/v1/Party', { name: 'P1' });
  clerk = await app.user({ name: 'clerk@example.com', roles: ['Clerk'] });
}, 60_000);

afterAll(() => app?.close());

let made = 0;
async function twins(doctype: string, given: object): Promise<[string, string]> {
  const names: [string, string] = [`T-${++made}`, `T-${++made}`];
  for (const name of names) {
    const { status, body } = await app.json('POST', `/api/v1/${doctype}`, { name, ...given });
    expect(status, JSON.stringify(body)).toBe(201);
  }
  return names;
}

/** What differs between two documents that were changed alike. */
const OWN = new Set(['id', 'name', 'creation', 'modified', 'parent', 'code', 'owner']);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (OWN.has(key) ? [] : [[key, comparable(each)]])),
  );
}

async function versions(doctype: string, name: string): Promise<unknown[]> {
  const filters = encodeURIComponent(
    JSON.stringify([
      ['ref_doctype', '=', doctype],
      ['docname', '=', name],
    ]),
  );
  const { body } = await app.json(
    'GET',
    `/api/v1/Version?filters=${filters}&fields=["data","version_no","modified_by"]&limit=100`,
  );
  return (body as { items: unknown[] }).items;
}

/** Where the problems are; a bulk's say which document as well. */
function fieldsOf(problem: { errors?: { field: string; code: string }[] }): unknown {
  return problem.errors?.map(({ field, code }) => [field.replace(/^docs\[\d+\]\./, ''), code]);
}

const change = fc.record(
  {
    title: fc.constantFrom('a title', '', 'other', null, '<b>x</b>'),
    status: fc.constantFrom('Open', 'Closed', '', 'Nonsense'),
    amount: fc.constantFrom(0, 1.5, '2.25', -3, null, 'x'),
    count: fc.constantFrom(0, 7, -1, '12', null),
    day: fc.constantFrom('2025-02-01', '', null, 'never'),
    moment: fc.constantFrom('2025-02-01 10:00:00', null),
    clock: fc.constantFrom('10:00:00', null),
    is_done: fc.constantFrom(0, 1, true, 'maybe'),
    notes: fc.constantFrom('<p>x</p>', '<script>alert(1)</script>y', '', null),
    data: fc.constantFrom({ b: 1, a: [2] }, null, '[1]'),
    once: fc.constantFrom('first', 'second'),
    inner: fc.constantFrom('seen', ''),
    customer: fc.constantFrom('P1', 'nobody', null),
    unknown: fc.constant(1),
  },
  { requiredKeys: [] },
);

describe.each(['Plain', 'Tracked'])('a change of a %s', (doctype) => {
  const base = {
    title: 'a title',
    status: 'Open',
    count: 3,
    data: { a: [2] },
    once: 'first',
    lines: [{ item: 'x', qty: 1 }],
  };

  test('is the same in one statement and step by step, for everybody', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), async (changes, isClerk) => {
        const [direct, stepwise] = await twins(doctype, base);
        const who = isClerk ? clerk : app;
        for (const given of changes) {
          const one = await who.json('PATCH', `/api/v1/${doctype}/${direct}`, given);
          const many = await who.json('POST', `/api/v1/${doctype}/bulk`, {
            action: 'update',
            docs: [{ ...given, name: stepwise }],
          });
          expect([one.status, one.body.type], JSON.stringify([given, one.body, many.body])).toEqual([
            many.status,
            many.body.type,
          ]);
          if (one.status !== 200) expect(fieldsOf(one.body)).toEqual(fieldsOf(many.body));
          if (one.status === 200) {
            const { body: read } = await who.json('GET', `/api/v1/${doctype}/${direct}`);
            const isThere = (read as { name?: string }).name === direct;
            if (isThere) expect(one.body).toEqual(read);
            // Who may not read what he has written is told its name, and nothing else.
            else expect(Object.keys(one.body as object).sort()).toEqual(['doctype', 'id', 'name']);
          }
        }
        const [a, b] = await Promise.all(
          [direct, stepwise].map((name) => app.json('GET', `/api/v1/${doctype}/${name}`)),
        );
        expect(comparable(a?.body)).toEqual(comparable(b?.body));
        expect(await versions(doctype, direct)).toEqual(await versions(doctype, stepwise));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('over another version than the one that was seen is a conflict', async () => {
    const [name, other] = await twins(doctype, base);
    // Whoever asks for no version has a statement of his own.
    expect((await app.json('PATCH', `/api/v1/${doctype}/${other}`, { amount: 1 })).status).toBe(200);
    const stale = await app.json('PATCH', `/api/v1/${doctype}/${name}`, { amount: 1 }, { 'if-match': '"7"' });
    expect([stale.status, stale.body.current_version]).toEqual([409, 1]);
    const none = await app.json('PATCH', `/api/v1/${doctype}/${name}`, { amount: 1 }, { 'if-match': '"0"' });
    expect([none.status, none.body.current_version]).toEqual([409, 1]);
    const fresh = await app.json('PATCH', `/api/v1/${doctype}/${name}`, { amount: 1 }, { 'if-match': '"1"' });
    expect([fresh.status, fresh.body.amount, fresh.body._version]).toEqual([200, 1, 2]);
  });

  test('of a value that others have says which', async () => {
    const [first, second] = await twins(doctype, base);
    expect((await app.json('PATCH', `/api/v1/${doctype}/${first}`, { code: `c ${first}` })).status).toBe(200);
    const again = await app.json('PATCH', `/api/v1/${doctype}/${second}`, { code: `c ${first}` });
    expect([again.status, again.body.errors[0]]).toMatchObject([409, { field: 'code', code: 'duplicate' }]);
  });

  test('all at once on one document: none is lost, each has its version', async () => {
    const [name] = await twins(doctype, base);
    const before = (await versions(doctype, name)).length;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => app.json('PATCH', `/api/v1/${doctype}/${name}`, { amount: n + 1 })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(({ body }) => body._version).sort((a, b) => a - b)).toEqual(answers.map((_, n) => n + 2));
    const { body } = await app.json('GET', `/api/v1/${doctype}/${name}`);
    expect(body._version).toBe(41);
    expect(answers.find((each) => each.body._version === 41)?.body.amount).toBe(body.amount);
    if (doctype === 'Tracked') expect((await versions(doctype, name)).length - before).toBe(40);
  });

  test('all at once, with one that closes it: each Version begins where the last one ended, and nobody writes after that', async () => {
    for (let round = 0; round < 5; round++) {
      const [name] = await twins(doctype, base);
      const write = (by: UserClient | TestApp, given: object) => by.json('PATCH', `/api/v1/${doctype}/${name}`, given);
      const writes = Array.from({ length: 24 }, (_, n) =>
        n === 12 ? write(app, { status: 'Closed' }) : write(clerk, { amount: n + 1 }),
      );
      const answers = await Promise.all(writes);
      const closed = answers[12]?.body._version as number;
      const done = answers.filter(({ status }) => status === 200);
      // Who has waited, and may not read it any more when it is read for him, is told its name alone.
      const told = done.flatMap(({ body }) => (body._version as number | undefined) ?? []);
      expect(Math.max(...told)).toBe(closed);
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 404));
      if (doctype === 'Plain') continue;
      const kept = (await versions(doctype, name)) as { version_no: string; data: { changed: unknown[][] } }[];
      const amounts = kept
        .sort((a, b) => Number(a.version_no) - Number(b.version_no))
        .flatMap(({ data }) => data.changed.filter(([fieldname]) => fieldname === 'amount'));
      expect(amounts.length).toBe(done.length - 1);
      for (const [n, [, was]] of amounts.entries()) expect(was).toEqual(n === 0 ? 0 : amounts[n - 1]?.[2]);
    }
  });

  test('of a document whose rows are not in order any more says so', async () => {
    const [name] = await twins(doctype, base);
    await app.app.db.query({ text: `update line set item = null where parent = $1`, values: [name] });
    const { status, body } = await app.json('PATCH', `/api/v1/${doctype}/${name}`, { amount: 1 });
    expect([status, body.errors?.[0]?.field]).toEqual([400, 'lines[0].item']);
  });

  test('that takes the document out of the writer’s own reach is refused', async () => {
    const role = doctype === 'Plain' ? 'Last Writer' : 'Last Tracker';
    const rule = { role, read: 1, write: 1, condition: 'doc.modified_by != user' };
    const { body: definition } = await app.json('GET', `/api/v1/DocType/${doctype}`);
    const permissions = [...(definition as { permissions: object[] }).permissions, rule];
    expect((await app.json('POST', '/api/v1/Role', { role_name: role })).status).toBe(201);
    expect((await app.json('PUT', `/api/v1/DocType/${doctype}`, { permissions })).status).toBe(200);
    const writer = await app.user({ name: `${doctype.toLowerCase()}@example.com`, roles: [role] });
    const [name] = await twins(doctype, base);
    const { status } = await writer.json('PATCH', `/api/v1/${doctype}/${name}`, { amount: 9 });
    expect(status).toBe(403);
    expect((await app.json('GET', `/api/v1/${doctype}/${name}`)).body).toMatchObject({ amount: 0, _version: 1 });
  });

  test('is told to who listens', async () => {
    const [name] = await twins(doctype, base);
    const heard: string[] = [];
    const stop = app.app.changes.subscribe((batch) => {
      for (const each of batch.changes) if (each.doctype === doctype) heard.push(`${each.event} ${each.name}`);
    });
    await app.json('PATCH', `/api/v1/${doctype}/${name}`, { amount: 5 });
    await expect.poll(() => heard).toContain(`update ${name}`);
    stop();
  });
});

test.each(['Plain', 'Tracked'])('many who change one %s at once are each told what they wrote', async (doctype) => {
  const other = await createTestApp({ databaseUrl: app.databaseUrl });
  const [name] = await twins(doctype, { title: 'first', lines: [{ item: 'a', qty: 1 }] });
  const at = `/api/v1/${doctype}/${name}`;
  const told: { asked: string; title: string; version: number; items: string[] }[] = [];
  const work = async (who: number): Promise<void> => {
    for (let n = 0; n < 12; n++) {
      const asked = `${who}.${n}`;
      const { status, body } = await (who % 2 ? app : other).json('PATCH', at, { title: asked });
      expect(status, JSON.stringify(body)).toBe(200);
      const items = body.lines.map((line: { item: string }) => line.item);
      told.push({ asked, title: body.title, version: body._version, items });
    }
  };
  await Promise.all(Array.from({ length: 24 }, (_, who) => work(who)));
  await other.close();
  expect(told.filter(({ asked, title }) => asked !== title)).toEqual([]);
  expect(new Set(told.map(({ version }) => version)).size).toBe(told.length);
  expect(new Set(told.map(({ items }) => items.join()))).toEqual(new Set(['a']));
});
