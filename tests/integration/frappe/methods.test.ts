/** `/api/method`: the calls of Frappe's own clients beside the JavaScript library's, and those of its desk. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { FORM, form, frappeWorld, must } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await frappeWorld();
  for (const [name, region, enabled] of [
    ['Alpha', 'North', 1],
    ['Beta', 'South', 1],
    ['Old', 'South', 0],
    ['Alphabet', 'North', 1],
  ])
    await must(app.json('POST', '/api/resource/Project', { name, full_title: `The ${name}`, region, enabled }));
});
afterAll(() => app?.close());

const post = async (path: string, body: object = {}) =>
  (await must(app.json('POST', `/api/method/${path}`, body))).body;
const enc = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('frappe.client, as frappe-ui calls it', () => {
  test('a list by POST, with both spellings of its page', async () => {
    const body = await post('frappe.client.get_list', {
      doctype: 'Project',
      fields: ['name', 'enabled'],
      filters: { region: 'North' },
      order_by: 'name asc',
      start: 0,
      limit: 20,
      limit_start: 0,
      limit_page_length: 20,
      group_by: null,
      parent: null,
      debug: 0,
    });
    expect(body.message).toEqual([
      { name: 'Alpha', enabled: 1 },
      { name: 'Alphabet', enabled: 1 },
    ]);
    expect(
      (await post('frappe.client.get_list', { doctype: 'Project', pluck: 'name', limit: 1, order_by: 'name' })).message,
    ).toEqual(['Alpha']);
  });
  test('insert, get, set_value, delete', async () => {
    const { message } = await post('frappe.client.insert', {
      doc: { doctype: 'Task', name: 'ui', title: 'UI', is_done: true },
    });
    expect(message).toMatchObject({ name: 'ui', is_done: 1, due: null });
    const { message: got } = (await must(app.json('GET', '/api/method/frappe.client.get?doctype=Task&name=ui'))).body;
    expect(got).toEqual(message);
    const set = { doctype: 'Task', name: 'ui', fieldname: { name: 'ui', title: 'Changed', is_done: false } };
    expect((await post('frappe.client.set_value', set)).message).toMatchObject({ title: 'Changed', is_done: 0 });
    expect(await post('frappe.client.delete', { doctype: 'Task', name: 'ui' })).toEqual({});
    expect((await app.json('GET', '/api/method/frappe.client.get?doctype=Task&name=ui')).status).toBe(404);
  });
  test('get by filters, of a Single, of nothing', async () => {
    const filtered = `/api/method/frappe.client.get?doctype=Project&filters=${enc({ region: 'South', enabled: 0 })}`;
    expect((await app.json('GET', filtered)).body.message.name).toBe('Old');
    expect((await app.json('GET', '/api/method/frappe.client.get?doctype=Work Settings')).body.message.greeting).toBe(
      'Hello',
    );
    expect((await app.json('GET', '/api/method/frappe.client.get?doctype=Project')).status).toBe(417);
    const none = `/api/method/frappe.client.get?doctype=Project&filters=${enc({ region: 'x' })}`;
    expect((await app.json('GET', none)).body.exc_type).toBe('DoesNotExistError');
  });
  test('a value by name', async () => {
    const asked = '/api/method/frappe.client.get_value?doctype=Project&fieldname=region&filters=Beta';
    expect((await app.json('GET', asked)).body).toEqual({ message: { region: 'South' } });
  });
  test('set_value sets what a form shows, not what the server sets', async () => {
    await post('frappe.client.set_value', {
      doctype: 'Work Settings',
      name: 'Work Settings',
      fieldname: 'is_open',
      value: 1,
    });
    expect(
      (await app.json('GET', '/api/method/frappe.client.get_single_value?doctype=Work Settings&field=is_open')).body
        .message,
    ).toBe(1);
    for (const fieldname of ['owner', 'creation', 'docstatus', 'modified_by']) {
      const set = { doctype: 'Project', name: 'Alpha', fieldname, value: '1' };
      const reply = await app.json('POST', '/api/method/frappe.client.set_value', set);
      expect([reply.status, reply.body.exc_type], fieldname).toEqual([417, 'CannotChangeConstantError']);
    }
  });
  test('save: a new one and a known one', async () => {
    const { message } = await post('frappe.client.save', {
      doc: JSON.stringify({ doctype: 'Task', name: 'saved', title: 'S', __islocal: 1 }),
    }).catch((error: Error) => ({ message: error.message }));
    // Its name is the client's own, and this DocType wants one.
    expect(message).toContain('named by hand');
    const made = (await post('frappe.client.insert', { doc: { doctype: 'Task', name: 'saved', title: 'S' } })).message;
    expect((await post('frappe.client.save', { doc: { ...made, points: 3 } })).message.points).toBe(3);
  });
  test('insert_many makes all or none', async () => {
    const docs = ['m1', 'm2'].map((name) => ({ doctype: 'Task', name, title: name }));
    expect((await post('frappe.client.insert_many', { docs })).message).toEqual(['m1', 'm2']);
    const broken = [
      { doctype: 'Task', name: 'm3', title: 'm3' },
      { doctype: 'Task', name: 'm1', title: 'again' },
    ];
    const reply = await app.json('POST', '/api/method/frappe.client.insert_many', { docs: broken });
    expect([reply.status, reply.body.exc_type]).toEqual([409, 'DuplicateEntryError']);
    expect((await app.json('GET', '/api/resource/Task/m3')).status).toBe(404);
    const many = Array.from({ length: 201 }, () => docs[0]);
    expect((await app.json('POST', '/api/method/frappe.client.insert_many', { docs: many })).status).toBe(417);
  });
  test('bulk_update names what failed and saves the rest', async () => {
    const docs = [
      { doctype: 'Task', docname: 'm1', points: 5 },
      { doctype: 'Task', docname: 'nobody', points: 5 },
    ];
    const { message } = await post('frappe.client.bulk_update', { docs: JSON.stringify(docs) });
    expect(message.failed_docs).toMatchObject([{ doc: { docname: 'nobody' }, exc: expect.stringContaining('nobody') }]);
    expect((await app.json('GET', '/api/resource/Task/m1')).body.data.points).toBe(5);
  });
  test('rights', async () => {
    const may = '/api/method/frappe.client.has_permission?doctype=Task&docname=m1&perm_type=write';
    expect((await app.json('GET', may)).body).toEqual({ message: { has_permission: true } });
    const rights = '/api/method/frappe.client.get_doc_permissions?doctype=Task&docname=m1';
    expect((await app.json('GET', rights)).body.message.permissions).toMatchObject({ read: 1, write: 1 });
    const gone = '/api/method/frappe.client.has_permission?doctype=Task&docname=nobody';
    expect((await app.json('GET', gone)).body).toEqual({ message: { has_permission: false } });
  });
  test('amended, links, time zone', async () => {
    const { name } = (
      await post('frappe.client.insert', { doc: { doctype: 'Work Order', subject: 'S', docstatus: 1 } })
    ).message;
    const asked = { doctype: 'Work Order', docname: name };
    expect((await post('frappe.client.is_document_amended', asked)).message).toBe(false);
    await post('frappe.client.cancel', { doctype: 'Work Order', name });
    const amended = (await must(app.json('POST', `/api/v1/Work Order/${name}/amend`, {}))).body.name;
    expect((await post('frappe.client.is_document_amended', asked)).message).toBe(amended);
    const link = { doctype: 'Project', docname: 'Beta', fields_to_fetch: ['region'] };
    expect((await post('frappe.client.validate_link_and_fetch', link)).message).toEqual({
      name: 'Beta',
      region: 'South',
    });
    expect(
      (await post('frappe.client.validate_link', { doctype: 'Project', docname: 'Gamma', fields: '[]' })).message,
    ).toEqual({});
    expect((await post('frappe.client.get_time_zone')).message).toEqual({ time_zone: 'UTC' });
  });
  test('insert and delete a row of a child table', async () => {
    const order = (await post('frappe.client.insert', { doc: { doctype: 'Work Order', subject: 'Rows' } })).message;
    const row = {
      doctype: 'Order Line',
      parent: order.name,
      parenttype: 'Work Order',
      parentfield: 'lines',
      what: 'added',
    };
    const { lines } = (await post('frappe.client.insert', { doc: row })).message;
    expect(lines).toMatchObject([{ what: 'added', idx: 1 }]);
    await post('frappe.client.delete', { doctype: 'Order Line', name: lines[0].name });
    expect((await app.json('GET', `/api/resource/Work Order/${order.name}`)).body.data.lines).toEqual([]);
  });
});

describe('run_doc_method', () => {
  test('by name, and with the document', async () => {
    const order = (await post('frappe.client.insert', { doc: { doctype: 'Work Order', subject: 'S', hours: 1 } }))
      .message;
    const called = await post('run_doc_method', {
      dt: 'Work Order',
      dn: order.name,
      method: 'double_hours',
      args: '{}',
    });
    expect(called).toMatchObject({ message: 'doubled', docs: [{ name: order.name, hours: 2 }] });
    expect((await post('run_doc_method', { docs: JSON.stringify(order), method: 'double_hours' })).docs[0].hours).toBe(
      4,
    );
    const none = await app.json('POST', '/api/method/run_doc_method', {
      dt: 'Work Order',
      dn: order.name,
      method: 'constructor',
    });
    expect([none.status, none.body.exc_type]).toEqual([404, 'DoesNotExistError']);
  });
});

describe('code of apps', () => {
  test('a GET keeps nothing, a POST does', async () => {
    expect((await app.json('GET', '/api/method/test_app.api.make_task?name=by_get')).body.message).toBe('by_get');
    expect((await app.json('GET', '/api/resource/Task/by_get')).status).toBe(404);
    expect((await post('test_app.api.make_task', { name: 'by_post' })).message).toBe('by_post');
    expect((await app.json('GET', '/api/resource/Task/by_post')).status).toBe(200);
  });
  test('a method of a DocType by the path of its module', async () => {
    expect(typeof (await post('test_app.work.doctype.work_order.work_order.count_all')).message).toBe('number');
    const wrong = [
      'test_app.doctype.work_order.other.count_all',
      'work_order.count_all',
      'x.doctype.work_order.work_order.toString',
    ];
    for (const path of wrong) expect((await app.json('POST', `/api/method/${path}`)).status, path).toBe(404);
  });
  test('what follows another slash is ignored', async () => {
    expect((await app.json('GET', '/api/method/test_app.api.echo/more')).status).toBe(200);
  });
  test('cmd at the root, as older clients call', async () => {
    const called = await app.json('POST', '/', form({ cmd: 'test_app.api.echo', a: 'b' }), FORM);
    expect(called.body.message.args).toEqual({ a: 'b' });
    expect((await app.json('POST', '/', { cmd: 'ping' })).body).toEqual({ message: 'pong' });
    expect((await app.json('POST', '/', { cmd: 'os.system' })).body.exc_type).toBe('DoesNotExistError');
    expect((await app.json('POST', '/', {})).body.exc_type).toBe('DoesNotExistError');
    expect((await app.anonymous.json('POST', '/', { cmd: 'test_app.api.echo' })).status).toBe(401);
  });
});

describe('link search', () => {
  test('names that begin with the text, then others; what is switched off is left out', async () => {
    const { message } = await post('frappe.desk.search.search_link', {
      doctype: 'Project',
      txt: 'alpha',
      page_length: 10,
    });
    expect(message.map((each: { value: string }) => each.value).sort()).toEqual(['Alpha', 'Alphabet']);
    expect(message[0]).toEqual({ value: message[0].value, label: `The ${message[0].value}`, description: 'North' });
    const by = async (txt: string, filters: unknown) =>
      (await post('frappe.desk.search.search_link', { doctype: 'Project', txt, filters })).message.map(
        (each: { value: string }) => each.value,
      );
    expect(await by('south', null)).toEqual(['Beta']);
    expect((await by('south', { include_disabled: 1 })).sort()).toEqual(['Beta', 'Old']);
    expect(await by('', { region: 'South' })).toEqual(['Beta']);
    expect(await by('%', [['region', '=', 'South']])).toEqual(['Beta']);
  });
  test('search_widget gives rows', async () => {
    const { message } = await post('frappe.desk.search.search_widget', { doctype: 'Project', txt: 'Beta' });
    expect(message).toEqual([['Beta', 'The Beta', 'South']]);
  });
});

describe('the desk', () => {
  test('a list view', async () => {
    const asked = {
      doctype: 'Project',
      fields: JSON.stringify(['`tabProject`.`name`', '`tabProject`.`enabled`', '`tabProject`.`_liked_by`']),
      filters: JSON.stringify([['Project', 'region', '=', 'South']]),
      order_by: '`tabProject`.`name` asc',
      start: '0',
      page_length: '20',
      view: 'List',
      group_by: '',
      with_comment_count: '1',
    };
    const reply = await must(app.json('POST', '/api/method/frappe.desk.reportview.get', form(asked), FORM));
    expect(reply.body.message).toEqual({
      keys: ['name', 'enabled', '_liked_by', '_comment_count'],
      values: [
        ['Beta', 1, null, 0],
        ['Old', 0, null, 0],
      ],
      user_info: {},
    });
    expect((await post('frappe.desk.reportview.get', { ...asked, filters: '[["name","=","x"]]' })).message).toEqual([]);
    expect(
      (
        await post('frappe.desk.reportview.get_list', {
          doctype: 'Project',
          fields: '["name"]',
          page_length: 1,
          order_by: 'name',
        })
      ).message,
    ).toEqual([{ name: 'Alpha' }]);
    expect(
      (
        await post('frappe.desk.reportview.get_count', {
          doctype: 'Project',
          filters: '[]',
          fields: '[]',
          distinct: 'false',
          limit: 2,
        })
      ).message,
    ).toBe(2);
  });
  test('deleting many names those that stay', async () => {
    for (const name of ['d1', 'd2'])
      await post('frappe.client.insert', { doc: { doctype: 'Project', name, full_title: name } });
    await post('frappe.client.insert', { doc: { doctype: 'Task', name: 'holds', title: 'T', project: 'd2' } });
    const body = await post('frappe.desk.reportview.delete_items', { doctype: 'Project', items: '["d1","d2"]' });
    expect(body.message).toEqual(['d2']);
    expect((await app.json('GET', '/api/resource/Project/d1')).status).toBe(404);
    expect((await app.json('GET', '/api/resource/Project/d2')).status).toBe(200);
  });
  test('a form: load, save, submit, cancel', async () => {
    const made = await post('frappe.desk.form.save.savedocs', {
      doc: JSON.stringify({
        doctype: 'Work Order',
        name: 'new-work-order-abc',
        __islocal: 1,
        __unsaved: 1,
        owner: 'somebody@else.test',
        docstatus: 0,
        subject: 'Form',
        lines: [
          {
            doctype: 'Order Line',
            name: 'new-order-line-x',
            __islocal: 1,
            parent: 'new-work-order-abc',
            idx: 1,
            what: 'w',
          },
        ],
      }),
      action: 'Save',
    });
    const [draft] = made.docs;
    expect(draft).toMatchObject({
      localname: 'new-work-order-abc',
      owner: 'Administrator',
      docstatus: 0,
      lines: [{ what: 'w' }],
    });
    expect(made.docinfo.permissions).toMatchObject({ read: 1, submit: 1 });
    const loaded = (
      await must(app.json('GET', `/api/method/frappe.desk.form.load.getdoc?doctype=Work Order&name=${draft.name}`))
    ).body;
    const { localname: _localname, ...rest } = draft;
    expect(loaded.docs).toEqual([rest]);
    expect(loaded.docinfo).toMatchObject({ comments: [], attachments: [], shared: [] });
    const submitted = (await post('frappe.desk.form.save.savedocs', { doc: JSON.stringify(rest), action: 'Submit' }))
      .docs[0];
    expect(submitted.docstatus).toBe(1);
    const cancelled = await post('frappe.desk.form.save.cancel', { doctype: 'Work Order', name: draft.name });
    expect(cancelled.docs[0].docstatus).toBe(2);
    const stale = await app.json('POST', '/api/method/frappe.desk.form.save.savedocs', {
      doc: JSON.stringify(rest),
      action: 'Submit',
    });
    expect(stale.status).toBe(417);
  });
  test('a DocType with those of its tables', async () => {
    const { docs } = (
      await must(app.json('GET', '/api/method/frappe.desk.form.load.getdoctype?doctype=Work Order&with_parent=1'))
    ).body;
    expect(docs.map((each: { name: string }) => each.name)).toEqual(['Work Order', 'Order Line']);
    expect(docs[0]).toMatchObject({ doctype: 'DocType', is_submittable: 1, issingle: 0 });
    const lines = docs[0].fields.find((field: { fieldname: string }) => field.fieldname === 'lines');
    expect(lines).toMatchObject({
      doctype: 'DocField',
      parent: 'Work Order',
      fieldtype: 'Table',
      options: 'Order Line',
    });
    expect((await app.json('GET', '/api/method/frappe.desk.form.load.getdoctype?doctype=Nope')).body.exc_type).toBe(
      'DoesNotExistError',
    );
  });
});

describe('who and what', () => {
  test('ping and version for everybody, the rest for who is signed in', async () => {
    for (const method of ['GET', 'POST'])
      expect((await app.anonymous.json(method, '/api/method/ping')).body).toEqual({ message: 'pong' });
    expect((await app.anonymous.json('GET', '/api/method/version')).body).toEqual({ message: '1.2.3' });
    const who = await app.anonymous.json('GET', '/api/method/frappe.auth.get_logged_user');
    expect([who.status, who.body.exc_type]).toEqual([401, 'AuthenticationError']);
    expect((await post('frappe.utils.change_log.get_versions')).message.frappe.version).toBe('1.2.3');
  });
  test('token authorization', async () => {
    const reply = await app.anonymous.json('GET', '/api/method/frappe.auth.get_logged_user', undefined, {
      authorization: `token ${app.token}`,
    });
    expect(reply.body).toEqual({ message: 'Administrator' });
  });
  test('sharing', async () => {
    await must(app.json('POST', '/api/v1/User', { name: 'friend@x.test', email: 'friend@x.test', first_name: 'F' }));
    const shared = { doctype: 'Project', name: 'Beta', user: 'friend@x.test' };
    expect((await post('frappe.share.add', { ...shared, write: 1 })).message).toMatchObject({
      doctype: 'DocShare',
      read: 1,
      write: 1,
    });
    expect(
      (await post('frappe.share.set_permission', { ...shared, permission_to: 'write', value: 0 })).message,
    ).toMatchObject({ read: 1, write: 0 });
    const users = (await post('frappe.share.get_users', { doctype: 'Project', name: 'Beta' })).message;
    expect(users).toMatchObject([{ user: 'friend@x.test', share_doctype: 'Project', share_name: 'Beta' }]);
    await post('frappe.share.set_permission', { ...shared, permission_to: 'read', value: 0 });
    expect((await post('frappe.share.get_users', { doctype: 'Project', name: 'Beta' })).message).toEqual([]);
  });
});
