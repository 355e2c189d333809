/** Lists beyond filters: the envelope, counts, search, nesting, permissions, and requests that are refused. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '../../../server/access/decide.ts';
import { AppError } from '../../../server/kernel/error.ts';
import { and, condition, type Filter, OPERATORS } from '../../../server/kernel/filter.ts';
import { countStatement } from '../../../server/query/count.ts';
import { encodeCursor } from '../../../server/query/cursor.ts';
import { listStatement } from '../../../server/query/list.ts';
import { type LimitPolicy, parseListRequest } from '../../../server/query/wire.ts';
import type { DocTypePlan } from '../../../server/schema/plan.ts';
import fc from '../../support/properties.ts';
import { seedFrom } from '../../support/seed.ts';
import { randomFrom } from './random.ts';
import {
  createWorld,
  customer,
  item,
  NOW,
  openAccess,
  order,
  type Row,
  settings,
  snapshot,
  territory,
  type World,
} from './world.ts';

let world: World;
const seed = seedFrom('QUERY_SEED');

beforeAll(async () => {
  world = await createWorld(randomFrom(seed), 120);
});
afterAll(() => world?.close());

interface Asked {
  plan?: DocTypePlan;
  access?: (plan: DocTypePlan) => Access;
  limits?: LimitPolicy;
}

async function text(query: string, asked: Asked = {}): Promise<string> {
  const request = parseListRequest(new URLSearchParams(query), asked.limits);
  const { statement, present } = listStatement({
    snapshot,
    plan: asked.plan ?? order,
    access: asked.access ?? openAccess,
    request,
    now: NOW,
  });
  return present((await world.db.query(statement))[0] as Record<string, unknown>);
}

type Body = {
  items: Row[];
  total?: number;
  has_more: boolean;
  limit: number;
  offset: number;
  next_cursor?: string | null;
};
const list = async (query: string, asked?: Asked): Promise<Body> => JSON.parse(await text(query, asked));
const names = async (query: string, asked?: Asked): Promise<unknown[]> =>
  (await list(query, asked)).items.map((each) => each.name);
const rule = (of: Partial<Access>): Access => ({ ...openAccess(), key: JSON.stringify(of), ...of });

describe('the answer', () => {
  test('has the shape of the contract', async () => {
    const body = await text('fields=["name"]&limit=1&order_by=name');
    const first = world.orders
      .map((each) => each.name as string)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0];
    expect(body).toBe(`{"items":[{"name":${JSON.stringify(first)}}],"total":120,"limit":1,"offset":0,"has_more":true}`);
    expect(await text('filters={"name":"nobody"}&limit=5')).toBe(
      '{"items":[],"total":0,"limit":5,"offset":0,"has_more":false}',
    );
  });

  test('takes name and the fields of the list view, in the DocType’s order, where nothing is asked', async () => {
    const body = await list('');
    expect(body).toMatchObject({ limit: 20, offset: 0, has_more: true, total: 120 });
    expect(Object.keys(body.items[0] as Row)).toEqual(['name', 'status', 'customer']);
    const newest = world.orders
      .map((each) => each.modified as string)
      .sort()
      .at(-1);
    expect((await list('fields=["modified"]&limit=1')).items[0]?.modified).toBe(newest);
  });

  test('without a count has no total; an estimate of a small table is its number', async () => {
    expect(await list('count=none&limit=20')).not.toHaveProperty('total');
    expect(await list('count=none&limit=120')).toMatchObject({ has_more: false });
    expect(await list('count=none&limit=119')).toMatchObject({ has_more: true });
    expect(await list('count=estimated&limit=5')).toMatchObject({ total: 120 });
    expect(await list('count=estimated&limit=5')).not.toHaveProperty('total_is_estimate');
  });

  test('of a large table may be an estimate, and says so', async () => {
    await world.db.query({
      text: `insert into territory (id, name, owner, creation, modified, modified_by, lft, rgt, is_group)
             select gen_random_uuid(), 'bulk-' || n, 'x', now(), now(), 'x', 0, 0, false from generate_series(1, 12000) n`,
      values: [],
    });
    await world.db.query({ text: 'analyze territory', values: [] });
    const body = await list('count=estimated&limit=5', { plan: territory });
    expect(body).toMatchObject({ total_is_estimate: true });
    expect(body.total).toBeGreaterThan(11_000);
    expect((await list('count=estimated&filters=[["name","like","bulk-1%25"]]', { plan: territory })).total).toBe(3112);
    expect((await list('count=exact&limit=5', { plan: territory })).total).toBe(12_007);
    await world.db.query({ text: "delete from territory where name like 'bulk-%'", values: [] });
  });

  test('nests child rows and expanded Links', async () => {
    const body = await list('fields=["name","items"]&expand=customer,items.maker&limit=120');
    for (const each of body.items) {
      const doc = world.orders.find((one) => one.name === each.name) as Row;
      const rows = doc.items as Row[];
      expect((each.items as Row[]).map((row) => row.name)).toEqual(rows.map((row) => row.name));
      expect((each.items as Row[]).map((row) => (row.maker as Row | null)?.name ?? null)).toEqual(
        rows.map((row) => row.maker),
      );
      const known = world.customers.some((one) => one.name === doc.customer);
      expect(each.customer).toEqual(
        known ? expect.objectContaining({ doctype: 'Customer', name: doc.customer }) : doc.customer,
      );
    }
    const named = await list('fields=[{"items":["qty"]}]&filters={"items.qty":[">",0]}&limit=1');
    expect(Object.keys((named.items as { items: Row[] }[])[0]?.items[0] ?? {})).toEqual(['qty']);
  });

  test('searches words in name, title and search fields, with % and _ as letters', async () => {
    const found = (query: string): Promise<unknown[]> =>
      names(`q=${encodeURIComponent(query)}&limit=1000`, { plan: customer });
    const wanted = (words: string[]): unknown[] =>
      world.customers
        .filter((each) =>
          words.every((word) =>
            [each.name, each.title, each.territory].some((text) =>
              String(text ?? '')
                .toLowerCase()
                .includes(word),
            ),
          ),
        )
        .map((each) => each.name);
    for (const query of ['berlin', 'CUST-00 open', 'a%b', '_', '%', 'öl', '日本 cust', 'a\\b', "o'clock"]) {
      expect(new Set(await found(query)), query).toEqual(new Set(wanted(query.toLowerCase().split(' '))));
    }
  });

  test('counts, with the same filters', async () => {
    const request = parseListRequest(new Map([['filters', '{"paid":1}']]));
    const [row] = await world.db.query(
      countStatement({ snapshot, plan: order, access: openAccess, request, now: NOW }),
    );
    expect(row).toEqual({ count: world.orders.filter((each) => each.paid).length });
  });

  test('accepts Frappe’s spellings', async () => {
    const frappe = { fallback: 20, most: 1000, zero: 1000 };
    expect(
      await names('limit_page_length=3&limit_start=2&order_by=`tabSales Order`.`name` asc', { limits: frappe }),
    ).toHaveLength(3);
    expect(await names('limit_page_length=0', { limits: frappe })).toHaveLength(120);
    const both = await list(
      'fields=["count(name) as n","`tabSales Order`.`status`"]&group_by=`tabSales Order`.`status`',
    );
    expect(both.items.every((each) => 'n' in each && 'status' in each)).toBe(true);
  });

  test('of Singles is their one document', async () => {
    expect(await list('fields=*', { plan: settings })).toMatchObject({ total: 1, items: [{ title: 'Shop' }] });
  });

  test('two requests of one shape share a statement, and a name that is not theirs is never found', () => {
    const statement = (query: string): { name?: string; text: string; values: readonly unknown[] } =>
      listStatement({
        snapshot,
        plan: order,
        access: openAccess,
        request: parseListRequest(new URLSearchParams(query)),
        now: NOW,
      }).statement;
    const [one, two] = [
      statement('filters={"status":"Open"}&limit=3'),
      statement('filters={"status":"Closed"}&limit=7'),
    ];
    expect(two.text).toBe(one.text);
    expect(two.values).not.toEqual(one.values);
    // Prepared from the second time on.
    expect([one.name === undefined, two.name === undefined]).toEqual([true, false]);
    expect(statement('filters={"status":"Draft"}&limit=3').name).toBe(two.name);
    const other = (): string | undefined => statement('filters={"status":null}&limit=3').name;
    expect([other(), other()]).toEqual([undefined, expect.not.stringMatching(String(two.name))]);
  });
});

describe('permission', () => {
  test('rows are limited in page, total, groups and count alike', async () => {
    const access = (plan: DocTypePlan): Access =>
      plan === order ? rule({ rows: condition('owner', '=', 'ann@example.com') }) : openAccess();
    const mine = world.orders.filter((each) => each.owner === 'ann@example.com').length;
    expect((await list('limit=1', { access })).total).toBe(mine);
    expect((await list('fields=[{"count":"*","as":"n"}]', { access })).items).toEqual([{ n: mine }]);
    expect(
      await list('filters=[["owner","!=","ann@example.com"],"or",["name","is","set"]]&limit=1', { access }),
    ).toMatchObject({ total: mine });
  });

  test('actors of one key but other values never see each other’s rows', async () => {
    const as = (owner: string) => (): Access => ({
      ...openAccess(),
      rows: condition('owner', '=', owner),
      key: 'own documents',
    });
    for (const owner of ['ann@example.com', 'bob@example.com', 'Administrator', 'ann@example.com']) {
      const body = await list('fields=["owner"]&limit=1000', { access: as(owner) });
      expect(new Set(body.items.map((each) => each.owner))).toEqual(new Set([owner]));
    }
  });

  test('a Link’s target that is not visible is null in paths, and cannot be probed by filters', async () => {
    const access = (plan: DocTypePlan): Access =>
      plan === customer
        ? rule({ rows: and(condition('vip', '=', true), condition('territory.manager', 'is', 'set')) })
        : openAccess();
    const visible = new Set(
      world.customers
        .filter((each) => each.vip && world.territories.find((one) => one.name === each.territory)?.manager)
        .map((each) => each.name),
    );
    const body = await list('fields=["customer","customer.title as title","customer.vip as vip"]&limit=1000', {
      access,
    });
    for (const each of body.items) if (!visible.has(each.customer as string)) expect(each.vip).toBeNull();
    expect(body.items.some((each) => each.vip === true)).toBe(visible.size > 0);
    const probed = await list('fields=["customer"]&filters={"customer.vip":0}&limit=1000', { access });
    expect(probed.items).toEqual([]);
    const expanded = await list('fields=["customer"]&expand=customer&limit=1000', { access });
    for (const each of expanded.items) {
      const name = typeof each.customer === 'object' ? (each.customer as Row | null)?.name : undefined;
      if (name) expect(visible).toContain(name);
    }
  });

  test('what a rule sees through a Link, the caller does not', async () => {
    const closed = rule({ rows: { kind: 'none' } });
    const access = (plan: DocTypePlan): Access =>
      plan === customer
        ? closed
        : plan === order
          ? rule({ rows: condition('customer.credit', '>=', -100) })
          : openAccess();
    const linked = world.orders.filter((each) => world.customers.some((one) => one.name === each.customer)).length;
    const body = await list('fields=["name","customer.title as title"]&limit=1000', { access });
    expect(body.total).toBe(linked);
    expect(new Set(body.items.map((each) => each.title))).toEqual(new Set([null]));
    expect((await list('filters={"customer.name":["is","set"]}', { access })).total).toBe(0);
  });

  test('a rule on child rows asks for a document with such a row, also when rows are joined', async () => {
    const access = (plan: DocTypePlan): Access =>
      plan === order ? rule({ rows: condition('items.qty', '>', 3) }) : openAccess();
    const seen = world.orders.filter((each) => (each.items as Row[]).some((row) => (row.qty as number) > 3));
    const rows = seen.flatMap((each) => each.items as Row[]);
    expect((await list('fields=["name","items.qty"]&limit=1', { access })).total).toBe(rows.length);
    const not = (plan: DocTypePlan): Access =>
      plan === order ? rule({ rows: { kind: 'not', of: condition('items.qty', '>', 3) } }) : openAccess();
    expect((await list('limit=1', { access: not })).total).toBe(world.orders.length - seen.length);
  });

  test('nothing allowed is nothing seen', async () => {
    const access = (): Access => rule({ allowed: false });
    expect(await list('fields=["name"]&limit=1', { access: () => rule({ rows: { kind: 'none' } }) })).toMatchObject({
      items: [],
      total: 0,
    });
    expect(await list('fields=["name"]', { access })).toMatchObject({ items: [], total: 0 });
  });

  test('a field that may not be read answers like one that is not there, wherever it is named', async () => {
    const access = (plan: DocTypePlan): Access =>
      rule({ canRead: (name) => plan === item || (name !== 'amount' && name !== 'title'), key: 'no amounts' });
    const refused = async (query: string): Promise<string> => {
      const error = await text(query, { access }).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      expect(error).toBeInstanceOf(AppError);
      return (error as AppError).message;
    };
    for (const query of [
      'fields=["NAME"]',
      'filters={"NAME":1}',
      'order_by=NAME',
      'group_by=NAME',
      'fields=[{"sum":"NAME"}]',
      'or_filters={"NAME":1}',
      'expand=NAME',
      'fields=[{"max":"NAME","as":"status"}]',
    ]) {
      expect(await refused(query.replace('NAME', 'amount'))).toBe(
        (await refused(query.replace('NAME', 'amoumt'))).replace('amoumt', 'amount'),
      );
    }
    expect(await refused('filters={"customer.title":"x"}')).toMatch(/no field "title"/);
    expect(Object.keys((await list('fields=*', { access })).items[0] as Row)).not.toContain('amount');
  });
});

describe('refused', () => {
  const refusals: [string, RegExp][] = [
    ['limit=0', /limit.*1 to 1000/],
    ['limit=1001', /1 to 1000/],
    ['limit=-1', /1 to 1000/],
    ['limit=1.5', /1 to 1000/],
    ['limit=NaN', /1 to 1000/],
    ['limit=0x10', /1 to 1000/],
    ['limit=1e2', /1 to 1000/],
    ['offset=-1', /offset/],
    ['offset=10000001', /10000000/],
    ['offset=99999999999999999999', /10000000/],
    ['count=maybe', /exact, estimated, none/],
    ['filters=[["status","=","Open"', /expected JSON/],
    ['filters=[["statsu","=","Open"]]', /did you mean "status"/],
    ['filters=[["status","~","Open"]]', /no operator/],
    ['filters=[["pin","=","x"]]', /"=" is no operator of pin/],
    ['filters=[["meta","=","x"]]', /"=" is no operator of meta/],
    ['filters=[["amount","=","much"]]', /expected a number/],
    ['filters=[["pieces","=",1.5]]', /whole number/],
    ['filters=[["pieces","=","9223372036854775808"]]', /whole number/],
    ['filters=[["amount","<",1e999]]', /too large/],
    ['filters=[["due",">","2026-02-30"]]', /YYYY-MM-DD/],
    ['filters=[["at",">","yesterday"]]', /YYYY-MM-DD/],
    ['filters=[["id","=","17"]]', /UUID/],
    ['filters=[["status","is","there"]]', /"set" or "not set"/],
    ['filters=[["due","between","2026-01-01"]]', /two values/],
    ['filters=[["due","timespan","next century"]]', /last 7 days/],
    ['filters=[["customer","descendants of","World"]]', /needs a tree/],
    ['filters=[["amount","descendants of","World"]]', /no operator/],
    ['filters=[["subject.title","=","x"]]', /Dynamic Link/],
    ['filters=[["customer.territory.parent_territory.parent_territory.title","=","x"]]', /at most 3 Links/],
    ['filters=[["Customer","title","=","x"]]', /neither Sales Order nor one of its child tables/],
    ['filters=[["items","=","x"]]', /child table/],
    ['filters=[["intro","=","x"]]', /no field "intro"/],
    ['filters=[["__proto__","=","x"]]', /no field "__proto__"/],
    ['filters={"constructor":"x"}', /no field "constructor"/],
    ['filters=[["status",">",null]]', /takes a value/],
    ['fields=["pin","hasOwnProperty"]', /no field "hasOwnProperty"/],
    ['fields=["sleep(10)"]', /no aggregate/],
    ['fields=["name; drop table sales_order"]', /expected a field name/],
    ['fields=["(select 1)"]', /expected a field name/],
    ['fields=["name as x y"]', /expected a field name/],
    ['fields=["amount as name","name"]', /called "name"/],
    ['fields=[{"sum":"note"}]', /sum cannot be taken of note/],
    ['fields=[{"sum":"amount"},"status"]', /neither an aggregate nor in group_by/],
    ['fields=[{"eval":"amount"}]', /no aggregate/],
    ['fields=[{"max":"pin"}]', /cannot be taken of pin/],
    ['fields=["items.qty","extras.qty"]', /one child table at a time/],
    ['group_by=pin', /grouped by pin/],
    ['order_by=(select 1)', /expected a field name/],
    ['order_by=name, sleep(1)', /expected a field name/],
    ['order_by=name desc nulls last', /expected a field name/],
    ['order_by=pin', /ordered by pin/],
    ['fields=["pin as p"]&order_by=p', /no field "p"|ordered by pin/],
    ['order_by=items.qty', /name a field of items/],
    ['expand=amount', /neither a Link nor a child table/],
    ['expand=a.b.c.d.e', /deeper than 4/],
    [`expand=${Array.from({ length: 21 }, (_, i) => `f${i}`).join(',')}`, /at most 20/],
    ['q=a b c d e f g h i j k', /at most 10/],
    ['cursor=abc', /no cursor/],
    ['cursor=&offset=5', /no offset/],
    ['cursor=&group_by=status', /pages documents/],
  ];
  test.each(refusals)('%s', async (query, message) => {
    const error = await text(query).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('bad_request');
    expect((error as AppError).message).toMatch(message);
    expect((error as AppError).errors[0]?.field).toBeTruthy();
  });

  test('cursors that were made up, or for another order', async () => {
    const { next_cursor: cursor } = await list('cursor=&limit=1&order_by=due');
    expect(await names(`cursor=${cursor}&limit=1&order_by=due`)).toHaveLength(1);
    await expect(text(`cursor=${cursor}&order_by=due desc`)).rejects.toThrow(/no cursor of this list/);
    await expect(text(`cursor=${cursor}&order_by=at`)).rejects.toThrow(/no cursor of this list/);
    const [tag] = JSON.parse(Buffer.from(cursor as string, 'base64url').toString());
    for (const values of [
      ['2026-99-99', 'x'],
      ['2026-01-01'],
      [],
      ['2026-01-01', '1; drop table x'],
      ['2026-01-01', null],
      [null, null, null],
    ]) {
      await expect(
        text(`cursor=${encodeCursor({ tag, values })}&order_by=due`),
        JSON.stringify(values),
      ).rejects.toBeInstanceOf(AppError);
    }
  });

  test('whatever is thrown at it, an answer or an AppError: nothing reaches PostgreSQL that it would refuse', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '',
        '\\',
        '%\\',
        '\0',
        '\ud800',
        '0',
        '1e400',
        '-0',
        'NaN',
        'Infinity',
        '2026-01-01',
        '0000-00-00',
        '24:00:00',
        '9'.repeat(30),
        "'",
        '"',
        '1,2',
      ),
      fc.double(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    );
    const paths = [
      ...order.byName.keys(),
      'customer.title',
      'customer.territory.lft',
      'items.qty',
      'items.maker.vip',
      'nothing',
      '__proto__',
    ];
    const leaf = fc.tuple(
      fc.constantFrom(...paths),
      fc.constantFrom(...OPERATORS),
      fc.oneof(odd, fc.array(odd, { maxLength: 4 })),
    );
    const wish = fc.record({
      filters: fc.array(leaf, { maxLength: 3 }),
      fields: fc.array(fc.constantFrom(...paths), { minLength: 1, maxLength: 3 }),
      order_by: fc.constantFrom(...paths),
    });
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(wish, async (params) => {
        try {
          await text(
            String(
              new URLSearchParams({
                filters: JSON.stringify(params.filters),
                fields: JSON.stringify(params.fields),
                order_by: params.order_by,
              }),
            ),
          );
          answered++;
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'bad_request') throw error;
        }
      }),
      { seed, numRuns: 1500 },
    );
    expect(answered).toBeGreaterThan(50);
  });

  test('a rule that does not fit fails loudly, and lets nothing through', async () => {
    const access = (): Access =>
      rule({ rows: { kind: 'condition', path: 'no_such', operator: '=', value: 1 } as Filter });
    await expect(text('limit=1', { access })).rejects.toThrow(/does not fit/);
  });
});
