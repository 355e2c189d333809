/** Comments as text and HTML, mentions while they are typed, connections and versions as they are shown. */
import { describe, expect, it, test } from 'vitest';
import { stepOf, valuesChanged } from '../../../desk/src/meta/activity.ts';
import type { Connection } from '../../../desk/src/meta/activity-types.ts';
import { commentHtml, commentText, mentionBefore } from '../../../desk/src/meta/comment-text.ts';
import { groupsOf, isDoubled, prefillOf } from '../../../desk/src/meta/connections.ts';

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
