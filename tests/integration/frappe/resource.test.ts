/** `/api/resource`: documents and lists of version 1, to the letter of what is on the wire. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { FORM, form, frappeWorld, messagesOf, must } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await frappeWorld();
  await must(app.json('POST', '/api/resource/Project', { name: 'P1', full_title: 'First', region: 'North' }));
  await must(app.json('POST', '/api/resource/Project', { name: 'P2', full_title: 'Second', region: 'South' }));
});
afterAll(() => app?.close());

const list = async (query: string) => (await must(app.json('GET', `/api/resource/Task?${query}`))).body.data;
const enc = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('values on the wire', () => {
  const FULL = {
    name: 'full',
    title: 'Full',
    project: 'P1',
    is_done: 1,
    points: 3,
    cost: 12.5,
    due: '2026-02-03',
    starts: '2026-02-03 04:05:06.789',
    at: '9:05',
    more: { a: [1, true] },
    secret: 'hush',
  };

  test('a document as Frappe writes it', async () => {
    const made = await app.json('POST', '/api/resource/Task', FULL);
    expect(made.status, made.text).toBe(200);
    expect(made.body.data).toMatchObject({
      doctype: 'Task',
      name: 'full',
      owner: 'Administrator',
      docstatus: 0,
      idx: 0,
      is_done: 1,
      points: 3,
      cost: 12.5,
      due: '2026-02-03',
      starts: '2026-02-03 04:05:06.789000',
      at: '9:05:00',
      more: '{"a":[1,true]}',
      secret: '********',
    });
    expect(made.body.data.creation).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    expect((await app.json('GET', '/api/resource/Task/full')).body.data).toEqual(made.body.data);
    // Natively the same document is what it is everywhere else.
    expect((await app.json('GET', '/api/v1/Task/full')).body).toMatchObject({
      is_done: true,
      starts: '2026-02-03T04:05:06.789000Z',
      at: '09:05:00',
      more: { a: [1, true] },
    });
  });

  test('keys that hold nothing are left out', async () => {
    const { body } = await must(app.json('POST', '/api/resource/Task', { name: 'bare', title: 'T' }));
    expect(Object.keys(body.data)).not.toContain('due');
    expect(body.data).toMatchObject({ is_done: 0, points: 0 });
  });

  test('what was read can be sent back', async () => {
    const { data } = (await must(app.json('GET', '/api/resource/Task/full'))).body;
    const again = await app.json('PUT', '/api/resource/Task/full', {
      ...data,
      __unsaved: 1,
      _user_tags: '',
      points: 4,
    });
    expect(again.status, again.text).toBe(200);
    const same = Object.entries(data).filter(([key]) => !['points', 'modified', '_version'].includes(key));
    expect(again.body.data).toMatchObject({ ...Object.fromEntries(same), points: 4 });
    expect(again.body._debug_messages).toBeUndefined();
  });

  test('a stale one is refused', async () => {
    const stale = { title: 'X', modified: '2020-01-01 00:00:00.000000' };
    const reply = await app.json('PUT', '/api/resource/Task/full', stale);
    expect([reply.status, reply.body.exc_type]).toEqual([417, 'TimestampMismatchError']);
  });

  test('lists are written the same way', async () => {
    const fields = enc(['name', 'is_done', 'starts', 'at', 'more', 'due', 'creation']);
    const [row] = await list(`fields=${fields}&filters=${enc([['name', '=', 'full']])}`);
    expect(row).toMatchObject({
      is_done: 1,
      starts: '2026-02-03 04:05:06.789000',
      at: '9:05:00',
      more: '{"a":[1,true]}',
      due: '2026-02-03',
    });
    expect(row.creation).toMatch(/^\d{4}-\d\d-\d\d \d/);
    const [bare] = await list(`fields=["*"]&filters=${enc({ name: 'bare' })}`);
    expect(bare).toMatchObject({ name: 'bare', is_done: 0, due: null, starts: null });
    const [latest] = await list(`fields=${enc([{ MAX: 'starts', as: 'latest' }])}`);
    expect(latest).toEqual({ latest: '2026-02-03 04:05:06.789000' });
  });

  test('filters take them', async () => {
    expect(await list(`filters=${enc({ is_done: 1 })}`)).toEqual([{ name: 'full' }]);
    expect(await list(`filters=${enc([['starts', '=', '2026-02-03 04:05:06.789000']])}`)).toEqual([{ name: 'full' }]);
    expect(await list(`filters=${enc([['at', '=', '9:05:00']])}`)).toEqual([{ name: 'full' }]);
  });
});

describe('names', () => {
  test.each(['a/b', 'a b', '50%', 'x?y#z', 'count', 'ü'])('%s', async (name) => {
    const path = `/api/resource/Task/${encodeURIComponent(name)}`;
    await must(app.json('POST', '/api/resource/Task', { name, title: 'T' }));
    expect((await app.json('GET', path)).body.data.name).toBe(name);
    expect((await app.json('PUT', path, { title: 'U' })).body.data.title).toBe('U');
    const gone = await app.json('DELETE', path);
    expect([gone.status, gone.body]).toEqual([202, { data: 'ok' }]);
    expect((await app.json('GET', path)).status).toBe(404);
  });
  test('slashes as they are', async () => {
    await must(app.json('POST', '/api/resource/Task', { name: '2026/11/7', title: 'T' }));
    expect((await app.json('GET', '/api/resource/Task/2026/11/7')).body.data.name).toBe('2026/11/7');
  });
  test('where a rule makes the name, one that is sent is not looked at', async () => {
    const { body } = await must(app.json('POST', '/api/resource/Work Order', { name: 'mine', subject: 'S' }));
    expect(body.data.name).toMatch(/^WO-\d{4}$/);
  });
});

describe('lists', () => {
  beforeAll(async () => {
    for (const [name, project, points, is_done] of [
      ['l1', 'P1', 1, 0],
      ['l2', 'P1', 2, 1],
      ['l3', 'P2', 4, 1],
    ])
      await must(
        app.json('POST', '/api/resource/Task', {
          name,
          title: `${name} listed`,
          project,
          points,
          is_done,
          code: `c-${name}`,
        }),
      );
  });
  const LISTED = `filters=${enc([['title', 'like', '% listed']])}`;

  test('the name is all that nobody asked for', async () => {
    expect(await list(`${LISTED}&order_by=name`)).toEqual([{ name: 'l1' }, { name: 'l2' }, { name: 'l3' }]);
  });
  test.each([
    ['a comma list', 'name, points'],
    ['JSON', enc(['name', 'points'])],
    ['backticks', enc(['`tabTask`.`name`', '`tabTask`.`points`'])],
    ['without backticks', enc(['tabTask.name', 'tabTask.points'])],
  ])('fields as %s', async (_how, fields) => {
    expect(await list(`${LISTED}&fields=${fields}&order_by=points desc&limit_page_length=1`)).toEqual([
      { name: 'l3', points: 4 },
    ]);
  });
  test('a path through a Link is called as its column, unless the name is taken', async () => {
    const rows = await list(
      `${LISTED}&fields=${enc(['name', 'project.region', 'project.name'])}&order_by=name&limit=1`,
    );
    expect(rows).toEqual([{ name: 'l1', region: 'North', 'project.name': 'P1' }]);
    expect(await list(`${LISTED}&fields=${enc(['project.region as where_it_is'])}&order_by=name&limit=1`)).toEqual([
      { where_it_is: 'North' },
    ]);
  });
  test.each([
    ['as older clients write them', ['project', 'count(name) as n', 'sum(`tabTask`.`points`) as total']],
    ['as newer ones do', ['project', { COUNT: 'name', as: 'n' }, { SUM: 'points', as: 'total' }]],
  ])('aggregates %s', async (_how, fields) => {
    expect(await list(`${LISTED}&fields=${enc(fields)}&group_by=project&order_by=project`)).toEqual([
      { project: 'P1', n: 2, total: 3 },
      { project: 'P2', n: 1, total: 4 },
    ]);
  });
  test('distinct', async () => {
    expect(await list(`${LISTED}&fields=${enc(['project'])}&distinct=1&order_by=project`)).toEqual([
      { project: 'P1' },
      { project: 'P2' },
    ]);
  });
  test.each([
    ['a name', '"l1"', ['l1']],
    ['a bare name', 'l1', ['l1']],
    ['names', enc(['l1', 'l3']), ['l1', 'l3']],
    ['an object', enc({ project: 'P1', is_done: ['!=', 0] }), ['l2']],
    ['lists', enc([['project', '=', 'P2']]), ['l3']],
    ['lists with the DocType', enc([['Task', 'project', '=', 'P2']]), ['l3']],
    ['five elements', enc([['Task', 'project', '=', 'P2', false]]), ['l3']],
    ['and, or', enc([[['name', '=', 'l1'], 'or', ['points', '=', 4]]]), ['l1', 'l3']],
  ])('filters as %s', async (_how, filters, names) => {
    const rows = await list(`filters=${filters}&or_filters=${enc([['title', 'like', '% listed']])}&order_by=name`);
    expect(rows.map((row: { name: string }) => row.name)).toEqual(names);
  });
  test('as_dict=0 gives lists of values', async () => {
    expect(await list(`${LISTED}&fields=${enc(['name', 'points'])}&as_dict=0&order_by=name&limit=2`)).toEqual([
      ['l1', 1],
      ['l2', 2],
    ]);
  });
  test('pages, by either spelling', async () => {
    expect(await list(`${LISTED}&order_by=name&limit_start=1&limit_page_length=1`)).toEqual([{ name: 'l2' }]);
    expect(await list(`${LISTED}&order_by=name&start=1&page_length=1`)).toEqual([{ name: 'l2' }]);
    expect(await list(`${LISTED}&order_by=name&start=2&limit_start=2&limit=1&limit_page_length=1`)).toEqual([
      { name: 'l3' },
    ]);
  });
  test('expand puts documents in the place of Links', async () => {
    const [row] = await list(`${LISTED}&fields=${enc(['name'])}&expand=${enc(['project'])}&order_by=name&limit=1`);
    expect(row.project).toMatchObject({ doctype: 'Project', name: 'P1', enabled: 1 });
    expect(row.project.creation).toMatch(/^\d{4}-\d\d-\d\d \d/);
    const { data } = (await must(app.json('GET', '/api/resource/Task/l1?expand_links=1'))).body;
    expect(data.project).toMatchObject({ doctype: 'Project', name: 'P1', enabled: 1 });
  });
  test("columns of Frappe's desk are empty", async () => {
    const [row] = await list(
      `${LISTED}&fields=${enc(['name', '`tabTask`.`_user_tags`', '_assign'])}&limit=1&order_by=name`,
    );
    expect(row).toEqual({ name: 'l1', _user_tags: null, _assign: null });
  });
  test('what the list does not know is not asked', async () => {
    const flags = 'debug=1&_=17&ignore_permissions=1&user=Guest&run=0&join=inner&update={}';
    expect(await list(`${LISTED}&${flags}&order_by=name&limit=1`)).toEqual([{ name: 'l1' }]);
  });
  test('all means a thousand, and says so when there are more', async () => {
    const docs = Array.from({ length: 1001 }, (_, index) => ({ name: `many-${index}`, full_title: 'M' }));
    await must(app.json('POST', '/api/v1/Project/bulk', { action: 'insert', docs: docs.slice(0, 900) }));
    await must(app.json('POST', '/api/v1/Project/bulk', { action: 'insert', docs: docs.slice(900) }));
    const reply = await app.json('GET', '/api/resource/Project?limit_page_length=0');
    expect(reply.body.data).toHaveLength(1000);
    expect(reply.headers.get('x-limit-capped')).toBe('1000');
    expect(JSON.parse(reply.body._debug_messages)[0]).toContain('limit_start');
    expect((await app.json('GET', '/api/resource/Project?limit=0')).body.data).toHaveLength(20);
    expect((await app.json('GET', '/api/resource/Task?limit_page_length=0')).body._debug_messages).toBeUndefined();
  });
});

describe('forms and JSON', () => {
  test('a document in a form, under data', async () => {
    const data = JSON.stringify({ name: 'formed', title: 'F', is_done: 1 });
    const made = await app.json('POST', '/api/resource/Task', form({ data }), FORM);
    expect(made.status, made.text).toBe(200);
    expect(made.body.data).toMatchObject({ name: 'formed', is_done: 1 });
  });
  test('fields in a form', async () => {
    const made = await app.json('PUT', '/api/resource/Task/formed', form({ title: 'G', points: '7' }), FORM);
    expect(made.body.data).toMatchObject({ title: 'G', points: 7 });
  });
  test('a field called data is a field', async () => {
    const fields = [{ fieldname: 'data', fieldtype: 'JSON' }];
    const doctype = { name: 'Holder', module: 'Test', autoname: 'prompt', fields, permissions: [] };
    await must(app.json('POST', '/api/v1/DocType', doctype));
    await must(app.json('POST', '/api/resource/Holder', { name: 'h' }));
    const changed = await must(app.json('PUT', '/api/resource/Holder/h', { data: { name: 'inner' } }));
    expect(changed.body.data.data).toBe('{"name":"inner"}');
  });
  test('a form that is none', async () => {
    expect((await app.json('POST', '/api/resource/Task', 'a=%zz', FORM)).status).toBe(417);
    expect((await app.json('POST', '/api/resource/Task', '__proto__=x', FORM)).status).toBe(417);
    expect((await app.json('POST', '/api/resource/Task', '{"a":', undefined)).status).toBe(417);
    expect((await app.json('POST', '/api/resource/Task', 'x', { 'content-type': 'text/csv' })).status).toBe(415);
  });
});

describe('keys that no field has', () => {
  test('are dropped, and named to the developer', async () => {
    const given = { name: 'extra', title: 'T', wrong_key: 1, __onload: { a: 1 }, _comments: '[]', localname: 'x' };
    const made = await app.json('POST', '/api/resource/Task', given);
    expect(made.status, made.text).toBe(200);
    expect(made.body._server_messages).toBeUndefined();
    const [note] = JSON.parse(made.body._debug_messages) as string[];
    expect(note).toContain('wrong_key');
    expect(note).not.toContain('__onload');
  });
  test('also in rows', async () => {
    const made = await app.json('POST', '/api/resource/Work Order', {
      subject: 'S',
      main: 'a section holds nothing',
      lines: [
        {
          what: 'x',
          huh: 1,
          __islocal: 1,
          name: 'new-order-line-1',
          parent: 'new-work-order-1',
          doctype: 'Order Line',
        },
      ],
    });
    expect(made.status, made.text).toBe(200);
    expect(made.body.data.lines).toMatchObject([{ what: 'x', parent: made.body.data.name, parentfield: 'lines' }]);
    expect(made.body._debug_messages).toContain('lines[0].huh');
  });
});

describe('states', () => {
  const order = async (more: object = {}) =>
    (await must(app.json('POST', '/api/resource/Work Order', { subject: 'S', lines: [{ what: 'a' }], ...more }))).body
      .data;
  const put = (name: string, given: object) => app.json('PUT', `/api/resource/Work Order/${name}`, given);

  test('docstatus submits and cancels', async () => {
    const { name } = await order();
    expect((await put(name, { docstatus: 1, hours: 3 })).body.data).toMatchObject({ docstatus: 1, hours: 3 });
    expect((await put(name, { docstatus: 2 })).body.data).toMatchObject({ docstatus: 2 });
    const back = await put(name, { docstatus: 0 });
    expect([back.status, back.body.exc_type]).toEqual([417, 'DocstatusTransitionError']);
  });
  test('a new document is submitted at once', async () => {
    expect(await order({ docstatus: 1 })).toMatchObject({ docstatus: 1 });
    const wrong = await app.json('POST', '/api/resource/Work Order', { subject: 'S', docstatus: 2 });
    expect([wrong.status, wrong.body.exc_type]).toEqual([417, 'DocstatusTransitionError']);
  });
  test('a stale document is not submitted', async () => {
    const first = await order();
    await must(put(first.name, { hours: 1 }));
    for (const given of [
      { ...first, docstatus: 1 },
      { modified: first.modified, docstatus: 1 },
    ])
      expect((await put(first.name, given)).body.exc_type).toBe('TimestampMismatchError');
    expect((await app.json('GET', `/api/resource/Work Order/${first.name}`)).body.data.docstatus).toBe(0);
  });
  test('a submitted document does not change', async () => {
    const { name } = await order({ docstatus: 1 });
    const reply = await put(name, { subject: 'other', docstatus: 1 });
    expect([reply.status, reply.body.exc_type]).toEqual([417, 'UpdateAfterSubmitError']);
  });
});

describe('rows of child tables', () => {
  let parent: { name: string; lines: { name: string }[] };
  beforeAll(async () => {
    const lines = [{ what: 'first', is_free: 1, when_due: '2026-01-01 10:00:00' }, { what: 'second' }];
    parent = (await must(app.json('POST', '/api/resource/Work Order', { subject: 'Rows', lines }))).body.data;
    await must(app.json('POST', '/api/resource/Work Order', { subject: 'None' }));
  });
  test('are listed with their parent DocType', async () => {
    const fields = enc(['what', 'is_free', 'when_due', 'parent']);
    const query = `parent=Work Order&fields=${fields}&filters=${enc([['parent', '=', parent.name]])}&order_by=idx`;
    expect((await must(app.json('GET', `/api/resource/Order Line?${query}`))).body.data).toEqual([
      { what: 'first', is_free: 1, when_due: '2026-01-01 10:00:00.000000', parent: parent.name },
      { what: 'second', is_free: 0, when_due: null, parent: parent.name },
    ]);
    const one = `parent=Work Order&filters=${enc([['Order Line', 'what', '=', 'second']])}&fields=["*"]`;
    expect((await must(app.json('GET', `/api/resource/Order Line?${one}`))).body.data).toMatchObject([
      { what: 'second', idx: 2, parenttype: 'Work Order', parentfield: 'lines' },
    ]);
    const count = `/api/method/frappe.client.get_count?doctype=Order Line&parent=Work Order&filters=${enc([['parent', '=', parent.name]])}`;
    expect((await must(app.json('GET', count))).body.message).toBe(2);
  });
  test('are read and changed by name', async () => {
    const path = `/api/resource/Order Line/${parent.lines[0]?.name}`;
    expect((await must(app.json('GET', path))).body.data).toMatchObject({
      what: 'first',
      is_free: 1,
      parent: parent.name,
    });
    expect((await must(app.json('PUT', path, { what: 'changed' }))).body.data.lines).toMatchObject([
      { what: 'changed', is_free: 1 },
      { what: 'second' },
    ]);
    const set = { doctype: 'Order Line', name: parent.lines[1]?.name, fieldname: 'what', value: 'set' };
    expect((await must(app.json('POST', '/api/method/frappe.client.set_value', set))).body.message.lines[1].what).toBe(
      'set',
    );
    expect((await app.json('DELETE', path)).status).toBe(202);
    expect((await app.json('GET', path)).body.exc_type).toBe('DoesNotExistError');
  });
  test('a wrong parent', async () => {
    const reply = await app.json('GET', '/api/resource/Order Line?parent=Task');
    expect([reply.status, messagesOf(reply)[0]]).toEqual([417, expect.stringContaining('Task has no table')]);
  });
});

describe('run_method', () => {
  test('calls a method of the document', async () => {
    const { name } = (await must(app.json('POST', '/api/resource/Work Order', { subject: 'S', hours: 2 }))).body.data;
    const path = `/api/resource/Work Order/${name}`;
    expect((await must(app.json('POST', `${path}?run_method=double_hours`))).body.data).toBe('doubled');
    expect((await app.json('GET', path)).body.data.hours).toBe(4);
    // What a GET does is undone.
    expect((await must(app.json('GET', `${path}?run_method=double_hours`))).body.data).toBe('doubled');
    expect((await app.json('GET', path)).body.data.hours).toBe(4);
    expect((await app.json('POST', `${path}?run_method=delete`)).status).toBe(404);
  });
});
