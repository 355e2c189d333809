/** The page at /docs: lists the operations of /openapi.json with a script of its own and nothing from elsewhere. */
import { hash } from 'node:crypto';

const SCRIPT = `
const list = document.querySelector('main');
const text = (tag, content) => Object.assign(document.createElement(tag), { textContent: content });
const response = await fetch('/openapi.json' + location.search);
const api = await response.json();
if (!response.ok) list.append(text('p', api.detail));
const groups = new Map();
for (const [path, item] of Object.entries(api.paths ?? {})) {
  for (const [method, operation] of Object.entries(item)) {
    if (method === 'parameters') continue;
    const tag = operation.tags?.[0] ?? 'General';
    if (!groups.has(tag)) groups.set(tag, []);
    groups.get(tag).push([method.toUpperCase(), decodeURIComponent(path), operation.summary]);
  }
}
for (const [tag, rows] of [...groups].sort()) {
  const table = document.createElement('table');
  for (const row of rows) {
    const line = table.insertRow();
    line.append(text('th', row[0]), text('td', row[1]), text('td', row[2]));
  }
  list.append(text('h2', tag), table);
}
`;

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8884; padding: .25rem .75rem; text-align: left; }
th { width: 5rem; }
td:first-of-type { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
:root { color-scheme: light dark; }
`;

export const docsPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>API</title><style>${STYLE}</style></head>
<body><h1>API</h1><p>The whole description: <a href="/openapi.json">/openapi.json</a></p><main></main>
<script type="module">${SCRIPT}</script></body>
</html>
`;

const allow = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;

export const DOCS_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; script-src ${allow(SCRIPT)}; style-src ${allow(STYLE)}; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'`,
};
