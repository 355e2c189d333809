import { describe, expect, test } from 'vitest';
import { jsonFlaw, jsonTextOf, parseJsonText, spells } from '../../../desk/src/meta/json-input.ts';
import { linkAddress, lostIn, withoutStyles, withPlainLists } from '../../../desk/src/meta/markup.ts';

function body(html: string): HTMLElement {
  return new DOMParser().parseFromString(html, 'text/html').body;
}

describe('what an editor of formatted text would lose', () => {
  test.each([
    ['<h1>A</h1><p>b <strong>c</strong></p><table><tbody><tr><td>d</td></tr></tbody></table>', []],
    ['<div class="ql-editor"><p>a</p></div>', []],
    ['<p><font color="red">a</font> <span data-kept-style="color: red">b</span></p>', ['font', 'style']],
    ['<video src="/files/a.mp4"></video>', ['video']],
  ])('%s: %j', (html, lost) => {
    expect(lostIn(body(html))).toEqual(lost);
  });
});

test('bullets that Frappe’s editor has written as numbers are bullets', () => {
  const root = body(
    '<ol><li data-list="bullet">a</li><li data-list="bullet">b</li></ol><ol><li data-list="ordered">c</li></ol>',
  );
  withPlainLists(root);
  expect(root.innerHTML).toBe(
    '<ul><li data-list="bullet">a</li><li data-list="bullet">b</li></ul><ol><li data-list="ordered">c</li></ol>',
  );
});

test.each([
  ['https://example.test/a?b=1', 'https://example.test/a?b=1'],
  ['example.test/a', 'https://example.test/a'],
  ['ada@example.test', 'mailto:ada@example.test'],
  ['tel:+4930901820', 'tel:+4930901820'],
  ['/app/customer/list', '/app/customer/list'],
  ['javascript:alert(1)', undefined],
  ['//example.test', undefined],
  ['two words', undefined],
  ['', undefined],
])('%j leads to %j', (typed, address) => {
  expect(linkAddress(typed)).toBe(address);
});

test.each([
  ['<p style="color:red" class="a">style="x"</p>', '<p data-kept-style="color:red" class="a">style="x"</p>'],
  ["<p class='a'style = 'b'>", "<p class='a'data-kept-style = 'b'>"],
  ['<p title="a > b" style="x">', '<p title="a > b" data-kept-style="x">'],
  ['<p title="a style=b" STYLE=x>', '<p title="a style=b" data-kept-style=x>'],
  ['<p data-style="x">', '<p data-style="x">'],
])('no style attribute is left in %s', (html, kept) => {
  expect(withoutStyles(html)).toBe(kept);
});

describe('JSON as text', () => {
  test.each([
    ['[1]', [1]],
    ['[1', '[1'],
    ['', null],
    [' ', null],
  ])('%j is %j', (text, value) => {
    expect(parseJsonText(text)).toEqual(value);
  });

  test('is put in order, and text that is none stays', () => {
    expect([jsonTextOf({ a: 1 }), jsonTextOf('[1'), jsonTextOf(null)]).toEqual(['{\n  "a": 1\n}', '[1', '']);
  });

  test('is left as it is typed while it says the same', () => {
    expect([spells('{"a":1}', { a: 1 }), spells('{"a":2}', { a: 1 }), spells('', null)]).toEqual([true, false, false]);
  });

  test('says what is wrong with it', () => {
    expect([jsonFlaw(''), jsonFlaw('{}'), jsonFlaw('{') !== '']).toEqual(['', '', true]);
  });
});
