/**
 * XSS and TMPL on the server's side: HTML is cleaned when it is written, what looks like a template or an
 * expression is text, and the expressions of a DocType reach nothing of the host.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAYLOADS } from '../../unit/expressions/attack-payloads.ts';
import { primordials, quickly } from './oracles.ts';
import { must, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const SCRIPTS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href=" &#106;avascript:alert(1)">x</a>',
  '<a href="java\tscript:alert(1)">x</a>',
  '<a href="vbscript:x">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="x"></object><embed src="x">',
  '<form action="https://evil"><input name="a"><button formaction="javascript:alert(1)">x</button></form>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<p style="background:url(javascript:alert(1))">x</p>',
  '<p style="position:fixed;top:0;left:0;width:100%">x</p>',
  '<div style="behavior:url(x)">x</div>',
  '<link rel="stylesheet" href="x"><meta http-equiv="refresh" content="0;url=x"><base href="https://evil/">',
  '<b onmouseover=alert(1)>x</b>',
  '<details open ontoggle=alert(1)>x</details>',
  '<video><source onerror=alert(1)></video>',
  '<body onload=alert(1)>',
  '<x onclick=alert(1) tabindex=1>x</x>',
  '<<script>script>alert(1)<</script>/script>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src="x` `<script>alert(1)</script>"` `>',
  '<a href="//evil" target="_blank" onclick="x">x</a>',
  '<template><script>alert(1)</script></template>',
  '<p id="location" name="cookie">x</p>',
  '\u003cscript\u003ealert(1)\u003c/script\u003e',
];
const RUNS =
  /<script|<svg|<math|<iframe|<object|<embed|<form|<base|<meta|<link|<template|<style|\son\w+\s*=|javascript:|vbscript:|data:text|url\(|position|behavior|\sid=|\sname=|srcdoc|formaction/i;

describe('XSS-01 rich text', () => {
  test.each(SCRIPTS)('%s', async (payload) => {
    const given = { notes: `<p>kept</p>${payload}`, page: payload };
    const made = await must(world, 'POST', '/api/v1/Invoice', given);
    await must(world, 'PATCH', `/api/v1/Invoice/${made.name}`, { page: `<i>${payload}</i>` });
    await must(world, 'POST', '/api/v1/Invoice/bulk', {
      action: 'update',
      docs: [{ name: made.name, notes: `<p>kept</p><b>${payload}` }],
    });
    const read = await must(world, 'GET', `/api/v1/Invoice/${made.name}`);
    const listed = await must(world, 'GET', `/api/v1/Invoice?filters={"name":"${made.name}"}&fields=["notes","page"]`);
    const tags = (html: string): string => (html.match(/<[^>]*>/g) ?? []).join('').replaceAll(/title="[^"]*"/g, '');
    for (const html of [made.notes, made.page, read.notes, read.page, listed.items[0].notes])
      expect(tags(String(html))).not.toMatch(RUNS);
    expect(read.notes).toContain('<p>kept</p>');
  });
});

describe('XSS-03 metadata and plain values', () => {
  test('markup in a label, an option or a Data value is answered as JSON text, never as a page', async () => {
    const payload = '</script><img src=x onerror=alert(1)>';
    await must(world, 'POST', '/api/v1/DocType', {
      name: 'Marked',
      module: 'Attacks',
      autoname: 'prompt',
      description: payload,
      permissions: [],
      fields: [
        { fieldname: 'a', fieldtype: 'Data', label: payload, description: payload },
        { fieldname: 'b', fieldtype: 'Select', label: 'B', options: `\n${payload}` },
      ],
    });
    await world.json('POST', '/api/v1/Marked', { name: 'x', a: payload, b: payload });
    for (const path of [
      '/api/meta',
      '/api/meta/Marked',
      '/api/v1/Marked/x',
      '/api/v1/Marked',
      '/openapi.json',
      `/api/v1/${encodeURIComponent(payload)}`,
      `/${encodeURIComponent(payload)}`,
      `/api/v1/Marked?${encodeURIComponent(payload)}=1`,
      '/docs',
    ]) {
      const { headers, text } = await world.json('GET', path);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
      if (path === '/docs') expect(text).not.toContain(payload);
      else expect(headers.get('content-type'), path).toMatch(/json/);
    }
  });
});

describe('TMPL-02 what looks like a template is text', () => {
  const TEXTS = [
    '{{7*7}}',
    '{% include "x" %}',
    '{{ frappe }}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the attack
    '${7*7}',
    '=7*7',
    '<%= 7*7 %>',
    '#{7*7}',
    '{{constructor.constructor("return process")()}}',
    'eval:7*7',
    '__user',
    ':Note',
  ];
  test.each(TEXTS)('%s', async (text) => {
    const made = await must(world, 'POST', '/api/v1/Invoice', { plain: text, extra: { [text]: text } });
    expect(made).toMatchObject({ plain: text, extra: { [text]: text } });
    if (/[<%]/.test(text)) return;
    const note = await must(world, 'POST', '/api/v1/Note', { name: text, title: text });
    expect(note).toMatchObject({ name: text, title: text });
    const labelled = await must(world, 'POST', '/api/v1/Label', { text });
    expect(labelled.name).toBe(text);
  });

  test('a naming pattern in a series or a default names no host object', async () => {
    for (const [index, autoname] of [
      '{constructor}.##',
      'format:{__proto__}-{##}',
      'format:{constructor.constructor}-{#}',
      'X-.{toString}.-.##',
      'format:{{7*7}}-{#}',
      'eval:process.env',
    ].entries()) {
      const name = `Named ${'abcdefgh'[index]}`;
      const reply = await world.json('POST', '/api/v1/DocType', {
        name,
        module: 'Attacks',
        autoname,
        permissions: [],
        fields: [{ fieldname: 'a', fieldtype: 'Data' }],
      });
      expect([201, 400], reply.text).toContain(reply.status);
      if (reply.status !== 201) continue;
      const made = await world.json('POST', `/api/v1/${encodeURIComponent(name)}`, { a: 'x' });
      expect([201, 400], made.text).toContain(made.status);
      expect(made.text).not.toMatch(/49|function|native code|PATH=|node:/);
    }
  });
});

describe('TMPL-07 expressions of a DocType', () => {
  test('none of the ways out of a sandbox gets out when a document is saved', async () => {
    const CANARY = 'ATTACK_CANARY_VALUE';
    process.env.ATTACK_CANARY = CANARY;
    const before = primordials();
    const chosen = PAYLOADS.filter((_, index) => index % 12 === 0);
    expect(chosen.length).toBeGreaterThan(20);
    let saved = 0;
    for (const [index, payload] of chosen.entries()) {
      const letters = [...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
      const name = `Sandbox ${letters}`;
      const fields = [
        { fieldname: 'a', fieldtype: 'Data' },
        { fieldname: 'b', fieldtype: 'Data', mandatory_depends_on: `eval:${payload}`, depends_on: `eval:${payload}` },
      ];
      const reply = await quickly(
        world,
        { ask: 'POST /api/v1/DocType', body: { name, module: 'Attacks', autoname: 'prompt', permissions: [], fields } },
        2000,
      );
      expect([201, 400, 409], reply.text.slice(0, 200)).toContain(reply.status);
      expect(reply.text).not.toContain(CANARY);
      if (reply.status !== 201) continue;
      saved++;
      const made = await quickly(
        world,
        { ask: `POST /api/v1/${encodeURIComponent(name)}`, body: { name: 'x', a: 'constructor' } },
        2000,
      );
      expect([201, 400, 409]).toContain(made.status);
      expect(made.text).not.toContain(CANARY);
    }
    expect(primordials()).toBe(before);
    delete process.env.ATTACK_CANARY;
    expect(saved).toBeLessThan(chosen.length);
  });
});

test('nothing failed inside', () => expect(world.failures).toEqual([]));
