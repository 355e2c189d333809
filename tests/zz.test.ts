import { test } from 'vitest';
import { createTestApp } from './support/app.ts';
test('x', async () => {
  const app = await createTestApp();
  const r = await app.anonymous.json('POST', '/graphql', { query: '{ me { user roles } }' });
  console.log(r.status, r.text);
  for (const a of ['application/json', 'application/graphql-response+json', 'text/html', '*/*', 'text/event-stream', 'image/png']) {
    const g = await fetch(`${app.url}/graphql?query=${encodeURIComponent('mutation { __typename }')}`, { headers: { accept: a, authorization: `Bearer ${app.token}` } });
    console.log(a, g.status, [...g.headers], await g.text());
    const h = await fetch(`${app.url}/graphql`, { method: 'POST', body: '{"query":"{ nothing }"}', headers: { 'content-type': 'application/json', accept: a, authorization: `Bearer ${app.token}` } });
    console.log(a, h.status, h.headers.get('content-type'), (await h.text()).slice(0, 300));
  }
  for (const m of ['PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']) { const g = await fetch(`${app.url}/graphql`, { method: m }); console.log(m, g.status, (await g.text()).slice(0, 200)); }
  await app.close();
});
