import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeDocument } from '../../../server/documents/remove.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { restoreDocument } from '../../../server/documents/restore.ts';
import { cancelDocument, submitDocument } from '../../../server/documents/transition.ts';
import type { DocField, DocTypeJson } from '../../../server/kernel/doctype.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

const field = (fieldname: string, fieldtype: string, more: Partial<DocField> = {}): DocField => ({
  fieldname,
  fieldtype,
  ...more,
});
const doctype = (name: string, fields: DocField[], more: Partial<DocTypeJson> = {}): DocTypeJson => ({
  name,
  module: 'Test',
  fields,
  permissions: [],
  autoname: 'hash',
  ...more,
});

let services: TestServices;
let count = 0;
const unique = (prefix: string): string => `${prefix} ${++count}`;
const customer = (more = {}): Promise<{ name: string }> =>
  services.create('Customer', {
    customer_name: unique('Customer'),
    phone: '123',
    about: '<p>rich <b>text</b></p>',
    ...more,
  });
const remove = (doctypeName: string, name: string, hard?: boolean) =>
  removeDocument(services.context(), { doctype: doctypeName, name, hard });
const rename = async (doctypeName: string, name: string, to: string, merge = false) =>
  JSON.parse((await renameDocument(services.context(), { doctype: doctypeName, name, to, merge })).text);
const restore = async (doctypeName: string, name: string) =>
  JSON.parse((await restoreDocument(services.context(), { doctype: doctypeName, name })).text);

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      doctype(
        'Customer',
        [
          field('customer_name', 'Data', { reqd: 1, unique: 1 }),
          field('phone', 'Data'),
          field('about', 'Text Editor'),
          field('pin', 'Password'),
          field('disabled', 'Check'),
          field('limit_amount', 'Currency'),
        ],
        {
          autoname: 'field:customer_name',
          allow_rename: 1,
          track_changes: 1,
        },
      ),
      doctype(
        'Deal',
        [
          field('customer', 'Link', { options: 'Customer' }),
          field('second', 'Link', { options: 'Customer' }),
          field('phone', 'Data', { fetch_from: 'customer.phone' }),
          field('own_phone', 'Data', { fetch_from: 'customer.phone', fetch_if_empty: 1 }),
          field('about', 'Small Text', { fetch_from: 'customer.about' }),
          field('limit_amount', 'Currency', { fetch_from: 'customer.limit_amount' }),
          field('kind', 'Link', { options: 'DocType' }),
          field('party', 'Dynamic Link', { options: 'kind' }),
          field('self', 'Link', { options: 'Deal' }),
          field('lines', 'Table', { options: 'Deal Line' }),
        ],
        { allow_rename: 1 },
      ),
      doctype(
        'Deal Line',
        [
          field('customer', 'Link', { options: 'Customer' }),
          field('phone', 'Data', { fetch_from: 'customer.phone' }),
          field('kind', 'Link', { options: 'DocType' }),
          field('party', 'Dynamic Link', { options: 'kind' }),
        ],
        { istable: 1 },
      ),
      doctype(
        'Deal Settings',
        [
          field('customer', 'Link', { options: 'Customer' }),
          field('kind', 'Link', { options: 'DocType' }),
          field('party', 'Dynamic Link', { options: 'kind' }),
        ],
        { issingle: 1 },
      ),
      doctype(
        'Contract',
        [
          field('title', 'Data'),
          field('other', 'Link', { options: 'Contract' }),
          field('customer', 'Link', { options: 'Customer' }),
        ],
        { is_submittable: 1, autoname: 'CON-.####' },
      ),
      doctype('Fixed', [field('title', 'Data')], { autoname: 'Prompt' }),
    ],
  });
});

afterAll(() => services?.close());

describe('a Link', () => {
  test('must lead to a document that is there; all that do not are named', async () => {
    const { name } = await customer();
    const error = await refusal(
      services.create('Deal', {
        customer: 'nobody',
        second: name,
        lines: [{ customer: name }, { customer: 'nobody else' }],
      }),
    );
    expect(problems(error)).toEqual(['customer link_not_found', 'lines[1].customer link_not_found']);
    expect(error.message).toContain('nobody');
  });

  test('whose DocType comes later has its key from then on, or once its values lead somewhere', async () => {
    const keys = async () =>
      (
        await services.sql(`select conrelid::regclass::text as name from pg_constraint where contype = 'f' and confrelid =
          to_regclass('later')`)
      )
        .map((row) => row.name)
        .sort();
    await services.import(
      doctype('Early', [field('to', 'Data')]),
      doctype('Empty', [field('to', 'Link', { options: 'Later' })]),
    );
    const early = await services.create('Early', { to: 'first' });
    const linked = doctype('Early', [field('to', 'Link', { options: 'Later' })]);
    await services.import(linked);
    await services.create('DocType', doctype('Later', [field('title', 'Data')], { autoname: 'Prompt' }));
    expect(await keys()).toEqual(['empty']);
    expect(await services.read('Early', early.name)).toMatchObject({ to: 'first' });
    await services.create('Later', { name: 'first' });
    await services.import({ ...linked, description: 'saved again' });
    expect(await keys()).toEqual(['early', 'empty']);
  });

  test('may be emptied, and may lead to the document itself', async () => {
    const { name } = await customer();
    const deal = await services.create('Deal', { customer: name });
    expect((await services.update('Deal', deal.name, { customer: '', self: deal.name })).customer).toBeNull();
    expect(problems(await refusal(services.update('Deal', deal.name, { self: 'none' })))).toEqual([
      'self link_not_found',
    ]);
  });

  test('a Dynamic Link needs its DocType, and a document of it', async () => {
    const { name } = await customer();
    expect((await services.create('Deal', { kind: 'Customer', party: name })).party).toBe(name);
    expect(problems(await refusal(services.create('Deal', { party: name })))).toEqual(['party missing_pointer']);
    expect(problems(await refusal(services.create('Deal', { kind: 'Contract', party: name })))).toEqual([
      'party link_not_found',
    ]);
    expect(problems(await refusal(services.create('Deal', { kind: 'No Such', party: name })))).toEqual([
      'kind link_not_found',
      'party link_not_found',
    ]);
    const deal = await services.create('Deal', { kind: 'Customer', party: name });
    expect(problems(await refusal(services.update('Deal', deal.name, { kind: 'Contract' })))).toEqual([
      'party link_not_found',
    ]);
  });

  test('of a submittable document does not lead to a cancelled one', async () => {
    const other = await services.create('Contract', { title: 'old' });
    await submitDocument(services.context(), { doctype: 'Contract', name: other.name });
    await cancelDocument(services.context(), { doctype: 'Contract', name: other.name });
    expect(problems(await refusal(services.create('Contract', { other: other.name })))).toEqual([
      'other link_cancelled',
    ]);
  });
});

describe('fetch_from', () => {
  test('copies on every save; fetch_if_empty only where nothing stands', async () => {
    const { name } = await customer({ phone: '1', limit_amount: 12.5 });
    const deal = await services.create('Deal', { customer: name, phone: 'mine', lines: [{ customer: name }] });
    expect(deal).toMatchObject({
      phone: '1',
      own_phone: '1',
      about: 'rich text',
      limit_amount: 12.5,
      lines: [{ phone: '1' }],
    });
    await services.update('Customer', name, { phone: '2' });
    expect(await services.update('Deal', deal.name, { kind: '' })).toMatchObject({
      phone: '2',
      own_phone: '1',
      lines: [{ phone: '2' }],
    });
    await services.update('Customer', name, { phone: '' });
    expect((await services.update('Deal', deal.name, {})).phone ?? '').toBe('');
  });

  test('clearing the link leaves what was fetched', async () => {
    const { name } = await customer({ phone: '5' });
    const deal = await services.create('Deal', { customer: name });
    expect(await services.update('Deal', deal.name, { customer: null })).toMatchObject({ customer: null, phone: '5' });
  });
});

describe('delete', () => {
  test('is refused while others link to it, and says which', async () => {
    const { name } = await customer();
    const deal = await services.create('Deal', { customer: name, lines: [{ customer: name }] });
    await services.update('Deal Settings', 'Deal Settings', { customer: name });
    const error = await refusal(remove('Customer', name));
    expect(error.code).toBe('linked');
    expect(error.extra.links).toEqual(
      expect.arrayContaining([
        { doctype: 'Deal', name: deal.name, field: 'customer' },
        { doctype: 'Deal', name: deal.name, field: 'customer' },
        { doctype: 'Deal Settings', name: 'Deal Settings', field: 'customer' },
      ]),
    );
    expect(error.message).toContain('disable');
    await services.update('Deal', deal.name, { customer: '', lines: [] });
    await services.update('Deal Settings', 'Deal Settings', { customer: '' });
    await remove('Customer', name);
    expect((await refusal(services.read('Customer', name))).code).toBe('not_found');
  });

  test('is refused for a Dynamic Link, in a row too', async () => {
    const { name } = await customer();
    const deal = await services.create('Deal', { lines: [{ kind: 'Customer', party: name }] });
    expect((await refusal(remove('Customer', name))).extra.links).toEqual([
      { doctype: 'Deal', name: deal.name, field: 'party' },
    ]);
    await services.update('Deal', deal.name, { lines: [] });
    await remove('Customer', name);
  });

  test('a link to itself does not hold it', async () => {
    const deal = await services.create('Deal');
    await services.update('Deal', deal.name, { self: deal.name });
    await remove('Deal', deal.name);
  });

  test('takes the rows along', async () => {
    const { name } = await customer();
    const deal = await services.create('Deal', { lines: [{ customer: name }, {}] });
    await remove('Deal', deal.name);
    expect(await services.sql('select 1 from deal_line where parent = $1', [deal.name])).toEqual([]);
    await remove('Customer', name);
  });

  test('no link is left hanging when it is made while its target is deleted', async () => {
    for (let n = 0; n < 5; n++) {
      const { name } = await customer();
      const outcomes = await Promise.allSettled([
        services.create('Deal', { customer: name }),
        services.create('Deal', { kind: 'Customer', party: name }),
        remove('Customer', name),
      ]);
      const isThere = await services.read('Customer', name).then(
        () => true,
        () => false,
      );
      const links = await services.sql('select 1 from deal where customer = $1 or party = $1', [name]);
      expect([isThere, links.length > 0], JSON.stringify(outcomes)).not.toEqual([false, true]);
    }
  });
});

describe('the recycle bin', () => {
  test('gives a document back with its values, rows and identity', async () => {
    const { name } = await customer();
    const deal = await services.create('Deal', { customer: name, lines: [{ customer: name }, { phone: 'x' }] });
    await remove('Deal', deal.name);
    const back = await restore('Deal', deal.name);
    expect(back).toMatchObject({
      id: deal.id,
      name: deal.name,
      owner: deal.owner,
      creation: deal.creation,
      customer: name,
      _version: 2,
    });
    expect(back.lines.map((row: { name: string; id: string }) => [row.name, row.id])).toEqual(
      deal.lines.map((row: { name: string; id: string }) => [row.name, row.id]),
    );
    expect((await refusal(restore('Deal', deal.name))).code).toBe('not_found');
  });

  test('refuses a name that is in use again, and links that lead nowhere', async () => {
    const made = await services.create('Fixed', { name: 'Taken', title: 'a' });
    await remove('Fixed', made.name);
    await services.create('Fixed', { name: 'Taken', title: 'b' });
    expect((await refusal(restore('Fixed', 'Taken'))).code).toBe('duplicate');
    const { name } = await customer();
    const deal = await services.create('Deal', { customer: name });
    await remove('Deal', deal.name);
    await remove('Customer', name);
    expect(problems(await refusal(restore('Deal', deal.name)))).toEqual(['customer link_not_found']);
    await restore('Customer', name);
    expect((await restore('Deal', deal.name)).customer).toBe(name);
  });

  test('keeps nothing of a document that is deleted for good', async () => {
    await services.create('Fixed', { name: 'Gone' });
    await remove('Fixed', 'Gone', true);
    expect((await refusal(restore('Fixed', 'Gone'))).code).toBe('not_found');
  });
});

describe('rename', () => {
  test('carries every link: Link, Dynamic Link, rows, Singles, versions', async () => {
    const { name } = await customer();
    const to = unique('Renamed');
    const deal = await services.create('Deal', {
      customer: name,
      second: name,
      kind: 'Customer',
      party: name,
      lines: [{ customer: name }, { kind: 'Customer', party: name }],
    });
    await services.update('Deal Settings', 'Deal Settings', { customer: name, kind: 'Customer', party: name });
    const renamed = await rename('Customer', name, ` ${to} `);
    expect(renamed).toMatchObject({ name: to, customer_name: to, _version: 2 });
    expect(await services.read('Deal', deal.name)).toMatchObject({
      customer: to,
      second: to,
      party: to,
      lines: [{ customer: to }, { party: to }],
    });
    expect(await services.read('Deal Settings', 'Deal Settings')).toMatchObject({ customer: to, party: to });
    expect((await refusal(services.read('Customer', name))).code).toBe('not_found');
    expect((await services.read('Customer', renamed.id)).name).toBe(to);
  });

  test('carries the parent of its rows and links to itself', async () => {
    const deal = await services.create('Deal', { lines: [{}, {}] });
    await services.update('Deal', deal.name, { self: deal.name });
    const renamed = await rename('Deal', deal.name, unique('D'));
    expect(renamed.self).toBe(renamed.name);
    expect(renamed.lines.map((row: { parent: string }) => row.parent)).toEqual([renamed.name, renamed.name]);
  });

  test('a party of another DocType with the same name stays', async () => {
    const { name } = await customer();
    await services.create('Fixed', { name });
    const deal = await services.create('Deal', { kind: 'Fixed', party: name });
    await rename('Customer', name, unique('Renamed'));
    expect((await services.read('Deal', deal.name)).party).toBe(name);
  });

  test('is refused for a taken, equal or impossible name, and where it is not allowed', async () => {
    const [a, b] = [await customer(), await customer()];
    expect((await refusal(rename('Customer', a.name, b.name))).code).toBe('duplicate');
    expect((await refusal(rename('Customer', a.name, a.name))).code).toBe('validation');
    for (const to of ['', ' ', '<b>', 'x'.repeat(141), 'Customer', 'a\nb', '..']) {
      expect((await refusal(rename('Customer', a.name, to))).code, to).toBe('validation');
    }
    expect((await refusal(rename('Customer', 'nobody', 'x'))).code).toBe('not_found');
    await services.create('Fixed', { name: 'Stays' });
    expect((await refusal(rename('Fixed', 'Stays', 'Goes'))).code).toBe('wrong_state');
  });
});

describe('merge', () => {
  test('points every link to the other and deletes the one', async () => {
    const [a, b] = [await customer({ phone: 'a' }), await customer({ phone: 'b' })];
    const deal = await services.create('Deal', {
      customer: a.name,
      second: b.name,
      kind: 'Customer',
      party: a.name,
      lines: [{ customer: a.name }],
    });
    await services.update('Deal Settings', 'Deal Settings', { customer: a.name, kind: '', party: '' });
    const merged = await rename('Customer', a.name, b.name, true);
    expect(merged).toMatchObject({ name: b.name, phone: 'b' });
    expect(await services.read('Deal', deal.name)).toMatchObject({
      customer: b.name,
      second: b.name,
      party: b.name,
      lines: [{ customer: b.name }],
    });
    expect((await services.read('Deal Settings', 'Deal Settings')).customer).toBe(b.name);
    expect((await refusal(services.read('Customer', a.name))).code).toBe('not_found');
  });

  test('needs another that is there', async () => {
    const a = await customer();
    expect((await refusal(rename('Customer', a.name, 'nobody', true))).code).toBe('not_found');
    expect((await refusal(rename('Customer', a.name, a.name, true))).code).toBe('validation');
    expect((await services.read('Customer', a.name)).name).toBe(a.name);
  });
});
