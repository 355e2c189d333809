/** Order, pages, what is distinct, and lists within documents, against SQL. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { dataOf, errorOf, makeDocType, names } from './asking.ts';

let app: TestApp;

/** Ties, NULLs and both together. */
const ROWS: readonly [name: string, club: string | null, points: number, born: string | null][] = [
  ['a', 'red', 3, '2000-01-01'],
  ['b', 'red', 1, null],
  ['c', 'blue', 3, '1990-05-05'],
  ['d', null, 2, '2000-01-01'],
  ['e', 'blue', 1, null],
  ['f', null, 3, null],
  ['g', 'green', 2, '1980-12-31'],
  ['h', 'red', 1, '1990-05-05'],
  ['i', 'blue', 3, '1990-05-05'],
  ['j', 'red', 2, null],
];

beforeAll(async () => {
  app = await createTestApp();
  await makeDocType(app, {
    name: 'Club',
    autoname: 'field:title',
    fields: [
      { fieldname: 'title', fieldtype: 'Data', reqd: 1 },
      { fieldname: 'city', fieldtype: 'Data' },
    ],
  });
  await makeDocType(app, {
    name: 'Prize',
    istable: 1,
    fields: [
      { fieldname: 'what', fieldtype: 'Data' },
      { fieldname: 'worth', fieldtype: 'Int' },
      { fieldname: 'given_by', fieldtype: 'Link', options: 'Club' },
    ],
  });
  await makeDocType(app, {
    name: 'Player',
    autoname: 'prompt',
    fields: [
      { fieldname: 'club', fieldtype: 'Link', options: 'Club' },
      { fieldname: 'points', fieldtype: 'Int' },
      { fieldname: 'born', fieldtype: 'Date' },
      { fieldname: 'prizes', fieldtype: 'Table', options: 'Prize' },
      { fieldname: 'more_prizes', fieldtype: 'Table', options: 'Prize' },
    ],
  });
  for (const [title, city] of [
    ['red', 'Rome'],
    ['blue', null],
    ['green', 'Oslo'],
  ])
    await app.json('POST', '/api/v1/Club', { title, city });
  for (const [name, club, points, born] of ROWS) {
    const prizes =
      points === 3
        ? [
            { what: 'cup', worth: 10, given_by: 'red' },
            { what: 'medal', worth: 1 },
            { what: 'cup', worth: 2, given_by: 'green' },
          ]
        : [];
    const reply = await app.json('POST', '/api/v1/Player', {
      name,
      club,
      points,
      born,
      prizes,
      more_prizes: points === 1 ? [{ what: 'cup', worth: 5 }] : [],
    });
    expect(reply.status, reply.text).toBe(201);
  }
});
afterAll(() => app?.close());

async function bySql(rest: string): Promise<string[]> {
  const rows = await app.app.db.query({ text: `select p.name from player p ${rest}`, values: [] });
  return rows.map(({ name }) => String(name));
}

describe('order', () => {
  const CASES: readonly [order: string, sql: string][] = [
    ['{name: desc}', 'name desc'],
    ['[{club: asc}, {name: asc}]', 'club, name'],
    ['{club: asc, name: asc}', 'club, name'],
    ['{points: desc, born: asc, name: asc}', 'points desc, born, name'],
    ['{born: asc, points: desc, name: asc}', 'born, points desc, name'],
    ['[{points: desc, born: asc}, {name: desc}]', 'points desc, born, name desc'],
    ['{born: asc_nulls_first, name: asc}', 'born nulls first, name'],
    ['{born: asc_nulls_last, name: asc}', 'born nulls last, name'],
    ['{born: desc, name: asc}', 'born desc, name'],
    ['{born: desc_nulls_first, name: asc}', 'born desc nulls first, name'],
    ['{born: desc_nulls_last, name: asc}', 'born desc nulls last, name'],
    ['{club_doc: {city: asc, name: desc}, name: asc}', 't.city, t.name desc, p.name'],
    ['{club_doc: {city: desc_nulls_last}, name: asc}', 't.city desc nulls last, p.name'],
  ];
  test.each(CASES)('%s', async (order, sql) => {
    const columns = sql.replace(/(^|, )([a-z])/g, (_, comma, letter) => `${comma}${letter}`);
    const qualified = columns.replace(/(^|, )(name|club|points|born)/g, '$1p.$2');
    const expected = await bySql(`left join club t on t.name = p.club order by ${qualified}`);
    const inline = await dataOf(app, `{ player(order_by: ${order}) { name } }`);
    expect(names(inline.player)).toEqual(expected);
    // The same as a variable: its keys count in their written order.
    const value = JSON.parse(order.replace(/(\w+)(?=[:,}\]])/g, '"$1"').replace(/: (\w+)/g, ': "$1"')) as unknown;
    const query = 'query q($order: [player_order_by!]) { player(order_by: $order) { name } }';
    expect(names((await dataOf(app, query, { order: value })).player)).toEqual(expected);
  });

  test('directions as variables', async () => {
    const query =
      'query q($a: order_by!, $b: order_by = asc) { player(order_by: {points: $a, born: $b, name: asc}) { name } }';
    const { player } = await dataOf(app, query, { a: 'desc' });
    expect(names(player)).toEqual(await bySql('order by points desc, born, name'));
  });

  test('null and nothing are no order', async () => {
    const usual = await dataOf(app, '{ player { name } }');
    for (const order of ['null', '[]', '{}', '[{}]', '{name: null}'])
      expect((await dataOf(app, `{ player(order_by: ${order}) { name } }`)).player).toEqual(usual.player);
  });

  test('a direction that is none', async () => {
    const query = 'query q($order: [player_order_by!]) { player(order_by: $order) { name } }';
    const error = await errorOf(app, query, { order: { name: 'up' } });
    expect(error.extensions.errors[0]?.field).toBe('$order.name');
  });
});

describe('a part of a list', () => {
  test('limit and offset', async () => {
    const query =
      'query q($limit: Int, $offset: Int) { player(order_by: {name: asc}, limit: $limit, offset: $offset) { name } }';
    for (const [limit, offset] of [
      [3, 0],
      [3, 2],
      [7, 9],
      [0, 0],
      [null, 4],
      [1000, null],
      [4, 100],
    ] as const) {
      const { player } = await dataOf(app, query, { limit, offset });
      expect(names(player)).toEqual(await bySql(`order by name limit ${limit ?? 'all'} offset ${offset ?? 0}`));
    }
    for (const bad of [{ limit: -1 }, { offset: -1 }, { limit: 1001 }])
      expect((await errorOf(app, query, bad)).extensions.errors[0]?.field).toBe(Object.keys(bad)[0]);
  });

  test('distinct_on', async () => {
    const one = await dataOf(
      app,
      '{ player(distinct_on: club, order_by: {club: asc, points: desc, name: asc}) { name } }',
    );
    expect(names(one.player)).toEqual(
      (
        await app.app.db.query({
          text: 'select distinct on (club) name from player order by club, points desc, name',
          values: [],
        })
      ).map(({ name }) => name),
    );
    const two = await dataOf(
      app,
      '{ player(distinct_on: [club, points], order_by: [{points: asc}, {club: desc}, {name: asc}]) { name } }',
    );
    expect(two.player).toHaveLength(
      Number(
        (
          await app.app.db.query({
            text: 'select count(*) as n from (select distinct club, points from player) as x',
            values: [],
          })
        )[0]?.n,
      ),
    );
    const paged = await dataOf(
      app,
      '{ player(distinct_on: club, order_by: {club: asc, name: asc}, limit: 2, offset: 1) { club name } }',
    );
    expect(paged.player).toEqual([
      { club: 'green', name: 'g' },
      { club: 'red', name: 'a' },
    ]);
    // Without an order of it, that of the distinct fields.
    expect((await dataOf(app, '{ player(distinct_on: points) { points } }')).player).toEqual([
      { points: 1 },
      { points: 2 },
      { points: 3 },
    ]);
    const error = await errorOf(app, '{ player(distinct_on: club, order_by: {points: asc, club: asc}) { name } }');
    expect(error.message).toContain('order_by has to begin with club');
  });
});

describe('rows of child tables', () => {
  test('their own where, order, limit, offset and distinct_on', async () => {
    const { player_by_pk: a } = await dataOf(
      app,
      `{ player_by_pk(name: "a") {
        all: prizes { what worth idx }
        cups: prizes(where: {what: {_eq: "cup"}}) { worth }
        dear: prizes(order_by: {worth: desc}) { worth }
        second: prizes(limit: 1, offset: 1) { what }
        kinds: prizes(distinct_on: what, order_by: {what: asc, worth: asc}) { what worth }
        far: prizes(where: {given_by_doc: {city: {_eq: "Oslo"}}}) { worth given_by_doc { city } }
        none: prizes(limit: 0) { what }
        more_prizes { what }
      } }`,
    );
    expect(a).toEqual({
      all: [
        { what: 'cup', worth: 10, idx: 1 },
        { what: 'medal', worth: 1, idx: 2 },
        { what: 'cup', worth: 2, idx: 3 },
      ],
      cups: [{ worth: 10 }, { worth: 2 }],
      dear: [{ worth: 10 }, { worth: 2 }, { worth: 1 }],
      second: [{ what: 'medal' }],
      kinds: [
        { what: 'cup', worth: 2 },
        { what: 'medal', worth: 1 },
      ],
      far: [{ worth: 2, given_by_doc: { city: 'Oslo' } }],
      none: [],
      more_prizes: [],
    });
  });

  test('with arguments as variables, of many documents', async () => {
    const query = `query q($min: Int, $n: Int) { player(order_by: {name: asc}, where: {points: {_eq: 3}}) {
      prizes(where: {worth: {_gte: $min}}, order_by: {worth: asc}, limit: $n) { worth } } }`;
    for (const [min, n, worth] of [
      [2, 5, [2, 10]],
      [0, 1, [1]],
      [0, 7, [1, 2, 10]],
      [11, 3, []],
    ] as const) {
      const { player } = await dataOf(app, query, { min, n });
      expect(player).toEqual(Array(4).fill({ prizes: worth.map((each) => ({ worth: each })) }));
    }
  });
});

describe('conditions through links, rows and documents that point here', () => {
  const row = (condition: string, field = 'prizes') =>
    `exists (select 1 from prize c where c.parent_id = p.id and c.parentfield = '${field}' and ${condition})`;
  const CASES: readonly [where: string, sql: string][] = [
    ['{club_doc: {city: {_eq: "Rome"}}}', `p.club = 'red'`],
    ['{club_doc: {city: {_is_null: true}}}', `p.club = 'blue'`],
    ['{club_doc: {}}', 'p.club is not null'],
    ['{_not: {club_doc: {}}}', 'p.club is null'],
    ['{_not: {club_doc: {city: {_eq: "Rome"}}}}', `p.club is distinct from 'red'`],
    ['{prizes: {}}', row('true')],
    ['{_not: {prizes: {}}}', `not ${row('true')}`],
    ['{prizes: {what: {_eq: "cup"}}}', row(`c.what = 'cup'`)],
    ['{more_prizes: {what: {_eq: "cup"}}}', row(`c.what = 'cup'`, 'more_prizes')],
    // One and the same row has to satisfy both…
    ['{prizes: {what: {_eq: "medal"}, worth: {_gt: 1}}}', row(`c.what = 'medal' and c.worth > 1`)],
    ['{prizes: {_and: [{what: {_eq: "medal"}}, {worth: {_eq: 1}}]}}', row(`c.what = 'medal' and c.worth = 1`)],
    // …and here each may have its own.
    [
      '{_and: [{prizes: {what: {_eq: "medal"}}}, {prizes: {worth: {_gt: 1}}}]}',
      `${row(`c.what = 'medal'`)} and ${row('c.worth > 1')}`,
    ],
    ['{prizes: {_not: {what: {_eq: "cup"}}}}', row(`c.what is distinct from 'cup'`)],
    ['{prizes: {given_by_doc: {city: {_eq: "Oslo"}}, worth: {_eq: 2}}}', row(`c.given_by = 'green' and c.worth = 2`)],
    ['{prizes: {given_by_doc: {city: {_eq: "Oslo"}}, worth: {_eq: 10}}}', 'false'],
    ['{prizes: {given_by: {_is_null: true}}}', row('c.given_by is null')],
    ['{club_doc: {player_by_club: {points: {_eq: 2}, born: {_is_null: true}}}}', `p.club = 'red'`],
    [
      '{_or: [{club: {_eq: "green"}}, {more_prizes: {worth: {_gte: 5}}}]}',
      `p.club = 'green' or ${row('c.worth >= 5', 'more_prizes')}`,
    ],
  ];
  test.each(CASES)('%s', async (where, sql) => {
    const { player } = await dataOf(app, `{ player(where: ${where}, order_by: {name: asc}) { name } }`);
    expect(names(player)).toEqual(await bySql(`where ${sql} order by p.name`));
  });

  test('of documents that point here', async () => {
    const { club } = await dataOf(
      app,
      '{ club(where: {player_by_club: {points: {_eq: 3}, prizes: {worth: {_eq: 10}}}}, order_by: {name: asc}) { name } }',
    );
    expect(names(club)).toEqual(['blue', 'red']);
  });
});

describe('documents that point here', () => {
  test('with where, order_by, limit, offset', async () => {
    const { club } = await dataOf(
      app,
      `{ club(order_by: {name: asc}) { name
        player_by_club(where: {points: {_gte: 2}}, order_by: {name: desc}, limit: 2) { name prizes(limit: 1) { what } }
        rest: player_by_club(order_by: {name: asc}, offset: 1) { name }
      } }`,
    );
    expect(club).toEqual([
      {
        name: 'blue',
        player_by_club: [
          { name: 'i', prizes: [{ what: 'cup' }] },
          { name: 'c', prizes: [{ what: 'cup' }] },
        ],
        rest: [{ name: 'e' }, { name: 'i' }],
      },
      { name: 'green', player_by_club: [{ name: 'g', prizes: [] }], rest: [] },
      {
        name: 'red',
        player_by_club: [
          { name: 'j', prizes: [] },
          { name: 'a', prizes: [{ what: 'cup' }] },
        ],
        rest: [{ name: 'b' }, { name: 'h' }, { name: 'j' }],
      },
    ]);
  });

  test('five levels deep and back', async () => {
    const { player_by_pk } = await dataOf(
      app,
      `{ player_by_pk(name: "a") { club_doc { player_by_club(order_by: {name: asc}, limit: 2) {
        club_doc { player_by_club(where: {name: {_eq: "j"}}) { club_doc { name } prizes { what } } } } } } }`,
    );
    const inner = { club_doc: { player_by_club: [{ club_doc: { name: 'red' }, prizes: [] }] } };
    expect(player_by_pk).toEqual({ club_doc: { player_by_club: [inner, inner] } });
  });
});

describe('pages by cursor', () => {
  const ORDERS: readonly [order: string, sql: string][] = [
    ['{points: desc}', 'points desc, id desc'],
    ['{points: asc}', 'points, id'],
    ['{born: asc}', 'born, id'],
    ['{born: desc}', 'born desc, id desc'],
    ['{club: asc, born: desc}', 'club, born desc, id desc'],
    ['{club: desc, points: asc, born: asc}', 'club desc, points, born, id'],
    ['{club_doc: {city: asc}, points: desc}', 't.city, points desc, id desc'],
    ['{name: asc}', 'name'],
    ['{id: desc}', 'id desc'],
    ['{born: asc_nulls_first, points: asc}', 'born nulls first, points, id'],
    ['{born: desc_nulls_last, points: desc}', 'born desc nulls last, points desc, id desc'],
    ['[]', ''],
  ];
  const PAGE = `query q($first: Int, $after: String, $last: Int, $before: String) { page: player_connection(
    first: $first, after: $after, last: $last, before: $before, order_by: ORDER) {
    totalCount edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

  const expectedOf = async (order: string, sql: string): Promise<string[]> =>
    order === '[]'
      ? names((await dataOf(app, '{ player { name } }')).player)
      : bySql(
          `left join club t on t.name = p.club order by ${sql.replace(/(^|, )(name|club|points|born|id)/g, '$1p.$2')}`,
        );

  test.each(ORDERS)('%s, forward and backward', async (order, sql) => {
    const query = PAGE.replace('ORDER', order);
    const expected = await expectedOf(order, sql);
    for (const size of [1, 3, 4, 10, 11]) {
      const forward: string[] = [];
      let after: string | null = null;
      for (let turn = 0; turn < 20; turn++) {
        const { page } = await dataOf(app, query, { first: size, after });
        forward.push(...page.edges.map(({ node }: { node: { name: string } }) => node.name));
        expect(page.totalCount).toBe(10);
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        expect(page.pageInfo.startCursor).toBe(page.edges[0].cursor);
        expect(page.pageInfo.endCursor).toBe(page.edges.at(-1).cursor);
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) break;
      }
      expect(forward).toEqual(expected);
      const backward: string[] = [];
      let before: string | null = null;
      for (let turn = 0; turn < 20; turn++) {
        const { page } = await dataOf(app, query, { last: size, before });
        backward.unshift(...page.edges.map(({ node }: { node: { name: string } }) => node.name));
        expect(page.pageInfo.hasNextPage).toBe(before !== null);
        before = page.pageInfo.startCursor;
        if (!page.pageInfo.hasPreviousPage) break;
      }
      expect(backward).toEqual(expected);
    }
  });

  test('what is deleted in between is the only thing that is missing', async () => {
    const query = PAGE.replace('ORDER', '{points: desc}');
    const expected = await bySql('order by points desc, id desc');
    for (const name of ['x1', 'x2']) await app.json('POST', '/api/v1/Player', { name, points: 2 });
    const seen: string[] = [];
    let after: string | null = null;
    for (let turn = 0; turn < 20; turn++) {
      const { page } = await dataOf(app, query, { first: 2, after });
      seen.push(...page.edges.map(({ node }: { node: { name: string } }) => node.name));
      after = page.pageInfo.endCursor;
      // The row of the cursor itself, and one that is still to come.
      if (seen.at(-1) === 'x1' || seen.at(-1) === 'x2' || seen.includes('x2') || seen.includes('x1'))
        for (const name of ['x1', 'x2']) await app.json('DELETE', `/api/v1/Player/${name}`);
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(seen.filter((name) => !name.startsWith('x'))).toEqual(expected);
  });

  test('with a condition, and an empty page', async () => {
    const query = `query q($where: player_bool_exp, $after: String) { player_connection(where: $where, after: $after, first: 2, order_by: {name: asc}) {
      totalCount edges { node { name prizes { what } club_doc { city } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const first = (await dataOf(app, query, { where: { points: { _eq: 3 } } })).player_connection;
    expect(first.totalCount).toBe(4);
    expect(first.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual(['a', 'c']);
    expect(first.edges[0].node.club_doc).toEqual({ city: 'Rome' });
    const none = (await dataOf(app, query, { where: { points: { _eq: 9 } } })).player_connection;
    expect(none).toEqual({
      totalCount: 0,
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test.each([
    ['first: 1, last: 1', 'last'],
    ['after: ""', 'after'],
    ['first: -1', 'first'],
    ['after: "nonsense"', 'cursor'],
    ['last: 1, after: "x"', 'first'],
  ])('%s is refused', async (args, text) => {
    const error = await errorOf(app, `{ player_connection(${args}) { totalCount } }`);
    expect(error.extensions.code).toBe('bad_request');
    expect(error.message).toContain(text);
  });

  test('a cursor of another order is refused', async () => {
    const { player_connection: page } = await dataOf(
      app,
      '{ player_connection(first: 1, order_by: {points: asc}) { pageInfo { endCursor } } }',
    );
    const query =
      'query q($after: String) { player_connection(first: 1, after: $after, order_by: {born: asc}) { totalCount } }';
    expect((await errorOf(app, query, { after: page.pageInfo.endCursor })).extensions.code).toBe('bad_request');
  });
});
