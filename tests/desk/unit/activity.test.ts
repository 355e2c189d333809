/** Comments as text and HTML, mentions while they are typed, connections and versions as they are shown. */
import { describe, expect, it, test } from 'vitest';
import { stepOf, valuesChanged } from '../../../desk/src/meta/activity.ts';
import type { Change, Connection } from '../../../desk/src/meta/activity-types.ts';
import { commentHtml, commentText, mentionBefore } from '../../../desk/src/meta/comment-text.ts';
import { groupsOf, isDoubled, prefillOf } from '../../../desk/src/meta/connections.ts';
import type { DocTypeMeta, FieldMeta } from '../../../desk/src/meta/types.ts';
import { differencesOf, stateBefore } from '../../../desk/src/meta/versions.ts';
import type { Scene } from '../../../desk/src/meta/visible.ts';

describe('a comment', () => {
  const people = new Map([
    ['Ada', 'ada'],
    ['Ada Lovelace', 'ada@example.com'],
    ['C++ (team)', 'cpp'],
  ]);

  it('becomes paragraphs, lines, addresses and people', () => {
    const html = commentHtml(
      'Hi @Ada Lovelace, @Ada and @C++ (team):\nsee https://x.org/a?b=1&c=2.\n\n@Adam <b>',
      people,
    );
    expect(html).toBe(
      '<p>Hi <span class="mention" data-mention="ada@example.com">@Ada Lovelace</span>, <span class="mention" data-mention="ada">@Ada</span> and <span class="mention" data-mention="cpp">@C++ (team)</span>:<br>see <a href="https://x.org/a?b=1&amp;c=2">https://x.org/a?b=1&amp;c=2</a>.</p><p>@Adam &lt;b&gt;</p>',
    );
  });

  it('comes back as it was typed', () => {
    const text = 'Hi @Ada, 1 < 2 & "so"\nnext line\n\nnext paragraph';
    const back = commentText(commentHtml(text, people));
    expect(back.text).toBe(text);
    expect([...back.mentions]).toEqual([['Ada', 'ada']]);
    expect(back.isRicher).toBe(false);
    expect(commentText('<p>a <strong>b</strong></p><ul><li>c</li></ul>')).toMatchObject({
      text: 'a b\n\nc',
      isRicher: true,
    });
    expect([...commentText('<p><span class="mention" data-id="bo">@Bo</span></p>').mentions]).toEqual([['Bo', 'bo']]);
  });

  test.each([
    ['Hi @ad', 6, { start: 3, query: 'ad' }],
    ['@', 1, { start: 0, query: '' }],
    ['(@ada l', 7, { start: 1, query: 'ada l' }],
    ['mail@ad', 7, undefined],
    ['@ada and more', 13, undefined],
    ['Hi @ad', 2, undefined],
  ])('%j with the caret at %i is asked for people', (text, caret, expected) => {
    expect(mentionBefore(text, caret)).toEqual(expected);
  });
});

describe('connections', () => {
  const link = (doctype: string, more: Partial<Connection> = {}): Connection => ({
    doctype,
    field: 'order',
    label: 'Order',
    group: '',
    count: 0,
    has_more: false,
    may_create: true,
    filters: [['order', '=', 'O-1']],
    ...more,
  });

  it('stand under their headings, and many empty ones are folded away', () => {
    const links = [
      link('Invoice', { group: 'Billing' }),
      link('Delivery', { count: 2 }),
      ...['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => link(name)),
    ];
    const names = (isWhole: boolean) =>
      groupsOf(links, isWhole).groups.map(({ heading, items }) => [heading, ...items.map(({ doctype }) => doctype)]);
    expect(names(false)).toEqual([
      ['Billing', 'Invoice'],
      ['', 'Delivery'],
    ]);
    expect(groupsOf(links, false).hidden).toBe(7);
    expect(names(true)[1]).toHaveLength(9);
    expect(groupsOf(links.slice(0, 5), false).hidden).toBe(0);
  });

  it('begin a new one with the link, where an address can say it', () => {
    const filters = [
      ['ref_type', '=', 'Order'],
      ['ref', '=', 'O-1'],
    ] as const;
    expect(prefillOf(link('Note', { filters }))).toEqual({ ref_type: 'Order', ref: 'O-1' });
    expect(prefillOf(link('Note', { may_create: false }))).toBeUndefined();
    expect(prefillOf(link('Note', { filters: [['items.order', '=', 'O-1']] }))).toBeUndefined();
    expect(isDoubled([link('A'), link('A', { field: 'other' }), link('B')], link('A'))).toBe(true);
    expect(isDoubled([link('A'), link('B')], link('A'))).toBe(false);
  });
});

it('tells the step of a version from the values that it changed', () => {
  const change = (field: string, to: unknown) => ({ kind: 'field', field, label: field, from: null, to }) as const;
  expect(stepOf([change('status', 'Open'), change('docstatus', 1)])).toBe('submitted');
  expect(stepOf([change('docstatus', 2)])).toBe('cancelled');
  expect(stepOf([change('status', 1)])).toBeUndefined();
  expect(valuesChanged([change('status', 'Open'), change('docstatus', 1)])).toHaveLength(1);
});

describe('a document as it was', () => {
  const field = (fieldname: string, more: Partial<FieldMeta> = {}): FieldMeta =>
    ({ fieldname, label: fieldname, widget: 'data', is_standard: false, may_write: true, ...more }) as FieldMeta;
  const meta = {
    fields: [
      field('status'),
      field('total', { read_only: 1 }),
      field('secret', { hidden: 1 }),
      field('items', { widget: 'table' }),
    ],
  } as DocTypeMeta;
  const now = {
    name: 'O-1',
    status: 'Sent',
    total: 9,
    secret: 'b',
    items: [
      { name: 'r1', qty: 5 },
      { name: 'r3', qty: 1 },
    ],
  };
  const newer = [
    [{ kind: 'field', field: 'total', label: '', from: 8, to: 9 }],
    [
      { kind: 'field', field: 'status', label: '', from: 'Draft', to: 'Sent' },
      { kind: 'field', field: 'secret', label: '', from: 'a', to: 'b' },
      { kind: 'row added', table: 'items', label: '', name: 'r3', idx: 2, row: { qty: 1 } },
      { kind: 'row removed', table: 'items', label: '', name: 'r2', idx: 2, row: { qty: 7 } },
      {
        kind: 'row changed',
        table: 'items',
        label: '',
        idx: 1,
        row: 'r1',
        changes: [{ field: 'qty', label: '', from: 2, to: 5 }],
      },
    ],
  ] as const satisfies Change[][];

  it('is what it is now, without what was changed since', () => {
    expect(stateBefore(now, newer)).toEqual({
      name: 'O-1',
      status: 'Draft',
      total: 8,
      secret: 'a',
      items: [{ name: 'r1', qty: 2 }, { qty: 7 }],
    });
    expect(stateBefore(now, newer.slice(0, 1)).status).toBe('Sent');
    expect(now.items).toHaveLength(2);
  });

  it('says what is different, and what of it may be written', () => {
    const was = stateBefore(now, newer);
    const of = (scene: Scene) =>
      differencesOf(meta, { was, now, scene }).map(({ field: { fieldname }, mayBringBack }) => [
        fieldname,
        mayBringBack,
      ]);
    expect(of({ doc: now, isNew: false, mayWrite: true })).toEqual([
      ['status', true],
      ['total', false],
      ['items', true],
    ]);
    expect(of({ doc: { ...now, docstatus: 1 }, isNew: false, mayWrite: true }).every(([, may]) => may === false)).toBe(
      true,
    );
  });
});
