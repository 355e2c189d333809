/** A condition means the same in SQL as in memory, whatever the document holds. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileSql } from '../../../server/db/ddl.ts';
import { compileCondition } from '../../../server/expressions/condition.ts';
import { conditionSql, type FieldOf } from '../../../server/query/condition-sql.ts';
import type { DocTypePlan } from '../../../server/schema/plan.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import fc from '../../support/properties.ts';

const FIELDS = ['kind Select Open\nClosed', 'title Data', 'flag Check', 'count Int', 'amount Currency', 'day Date'];
let app: TestApp;
let plan: DocTypePlan;
let documents: Record<string, unknown>[];

beforeAll(async () => {
  app = await createTestApp();
  const made = await app.json('POST', '/api/v1/DocType', docType('Asked', FIELDS, { autoname: 'Prompt' }));
  expect(made.status).toBe(201);
  const values = {
    kind: ['Open', 'Closed', ''],
    title: ['Open', 'x', '', null, "it's"],
    flag: [0, 1],
    count: [0, 1, -7, 9_007_199_254_740_993n.toString()],
    amount: [0, 1, 0.000000001, 999_999.999999999, -3],
    day: [null, '2025-01-01'],
  };
  for (let n = 0; n < 40; n++) {
    const given = Object.entries(values).map(([name, each], at) => [
      name,
      each[(n * (at + 3) + (n >> at)) % each.length],
    ]);
    const { status } = await app.json('POST', '/api/v1/Asked', { name: `A-${n}`, ...Object.fromEntries(given) });
    expect(status).toBe(201);
  }
  await app.app.db.query({ text: `update asked set title = null where name in ('A-3', 'A-11')`, values: [] });
  plan = app.app.schema.store.current().find('Asked') as DocTypePlan;
  documents = (await app.json('GET', '/api/v1/Asked?fields=["*"]&limit=100')).body.items as Record<string, unknown>[];
  expect(documents).toHaveLength(40);
}, 60_000);

afterAll(() => app?.close());

const fieldOf: FieldOf = (fieldname) => {
  const field = plan.byName.get(fieldname);
  return field?.column === undefined ? undefined : { field, value: sql.id(field.column) };
};

const member = fc.constantFrom(
  ...['kind', 'title', 'flag', 'count', 'amount', 'day', 'name', 'nothing'].map((name) => `doc.${name}`),
);
const literal = fc.constantFrom(
  '"Open"',
  "'x'",
  '""',
  '0',
  '1',
  '-7',
  '1000000',
  '0.5',
  'true',
  'false',
  'null',
  "'1'",
);
const compared = fc
  .tuple(member, fc.constantFrom('==', '===', '!=', '!==', '<', '<=', '>', '>='), literal)
  .map((parts) => parts.join(' '));
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    member,
    compared,
    tie('condition').map((inner) => `!(${inner})`),
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map((parts) => `(${parts.join(' ')})`),
  ),
}));

test('of random conditions', async () => {
  let said = 0;
  await fc.assert(
    fc.asyncProperty(condition, async (text) => {
      const asked = conditionSql(`eval:${text}`, fieldOf);
      if (!asked) return;
      said++;
      expect(await whom(asked)).toEqual(inMemory(`eval:${text}`));
    }),
    { numRuns: 500 },
  );
  expect(said).toBeGreaterThan(100);
});

test.each([
  'flag',
  ' title ',
  'count',
  'day',
  'eval:doc.kind == "Closed" && !doc.flag',
  "eval: doc.amount > 1 || doc.kind === 'Open'",
])('of %s', async (text) => {
  const asked = conditionSql(text, fieldOf);
  expect(asked).toBeDefined();
  expect(await whom(asked as NonNullable<typeof asked>)).toEqual(inMemory(text));
});

test.each([
  '',
  'two words',
  'eval:',
  'eval:doc.a +',
  'eval:parent.kind == "Open"',
  'eval:doc.lines.length > 2',
  'eval:doc.day == "2025-01-01"',
])('says nothing of %j', (text) => {
  expect(conditionSql(text, fieldOf)).toBeUndefined();
});

async function whom(asked: Parameters<typeof compileSql>[0]): Promise<string[]> {
  const { text } = compileSql(sql`select name, (${asked}) as holds from asked order by name`);
  const rows = await app.app.db.query({ text, values: [] });
  expect(rows.every(({ holds }) => typeof holds === 'boolean')).toBe(true);
  return rows.filter(({ holds }) => holds === true).map(({ name }) => String(name));
}

function inMemory(text: string): string[] {
  const compiled = compileCondition(text);
  const held = documents.filter((doc) => compiled.evaluate({ doc, parent: doc }) === true);
  return held.map(({ name }) => String(name)).sort();
}
