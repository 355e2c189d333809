/** That the OpenAPI document describes every route that the server answers, save those that are named here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GRAPHQL_DOORS } from '../../../server/graphql/route.ts';
import { ROUTES } from '../../../server/http/app.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  const paper = docType('Paper', ['title'], { is_submittable: 1 });
  expect((await app.json('POST', '/api/v1/DocType', paper)).status).toBe(201);
});
afterAll(() => app?.close());

/** Beginnings of paths that are not for programs that call an API, and why. */
const NOT_DESCRIBED: readonly (readonly [start: string, why: string])[] = [
  ...['/', '/account', '/app', '/login', '/docs', '/assets/**'].map((path) => [path, 'pages for people'] as const),
  ['/app/**', 'pages for people'],
  ['/docs/**', 'pages for people'],
  ['/api/v2/', 'Frappe’s other spelling of /api/resource and /api/method'],
  ['/api/method/', 'methods of Frappe’s by their names: /api/method/{method}'],
  ['/api/resource/*/**', 'names with a slash in them: /api/resource/{doctype}/{name}'],
  ['/api/v1/*/bulk', 'a document that is called so: /api/v1/Book/{name}'],
  ['/api/v1/*/count', 'a document that is called so: /api/v1/Book/{name}'],
  ['/api/v1/file/*', 'the same as /api/v1/file/{id}/{name}'],
];
/** A document whose name stands in the query, or a Single. */
const BY_QUERY = ['PUT /api/v1/*', 'PATCH /api/v1/*', 'DELETE /api/v1/*'];

interface Described {
  method: string;
  segments: readonly string[];
}

async function described(): Promise<Described[]> {
  const { body } = await app.json('GET', '/openapi.json');
  return Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => key !== 'parameters')
      .map((method) => ({ method: method.toUpperCase(), segments: path.split('/') })),
  );
}

/** Words in the place of a DocType. */
const WORDS = new Set(
  ROUTES.flatMap(({ path }) => path.split('/').slice(3, 4)).filter((word) => !word.startsWith('*')),
);

/** A star is any one segment, two are one or more; and a parameter of the document is no literal of a route. */
function isOf(pattern: readonly string[], segments: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return segments.length === 0;
  if (first === '**') return segments.length > 0;
  const [segment, ...others] = segments;
  if (segment === undefined || (first !== '*' && first !== segment)) return false;
  return isOf(rest, others);
}

test('every route stands in it, or in the list of those that do not', async () => {
  const all = await described();
  const isThere = (method: string, path: string): boolean =>
    all.some(
      (each) =>
        each.method === method &&
        isOf(path.split('/'), each.segments) &&
        !(path.startsWith('/api/v1/*') && WORDS.has(each.segments[3] ?? '')),
    );
  const isNamed = (path: string): boolean =>
    NOT_DESCRIBED.some(
      ([start]) => path === start || (start.length > 1 && start.endsWith('/') && path.startsWith(start)),
    );
  const missing = [...ROUTES, ...GRAPHQL_DOORS]
    .filter(({ method, path }) => !isNamed(path) && !isThere(method, path))
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !BY_QUERY.includes(route));
  expect([...new Set(missing)].sort()).toEqual([]);
});

test('nothing stands in it that is not there', async () => {
  const routes = [...ROUTES, ...GRAPHQL_DOORS, { method: 'GET', path: '/api/v1/stream' }];
  const extra = (await described()).filter(
    ({ method, segments }) => !routes.some((route) => route.method === method && isOf(route.path.split('/'), segments)),
  );
  expect(extra.map(({ method, segments }) => `${method} ${segments.join('/')}`)).toEqual([]);
});

test('paths have their parameters, and no operation has the id of another', async () => {
  const { body } = await app.json('GET', '/openapi.json');
  const ids: string[] = [];
  for (const [path, item] of Object.entries<Record<string, { operationId?: string }>>(body.paths)) {
    const given = ((item.parameters ?? []) as { name: string; in: string }[]).filter((each) => each.in === 'path');
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(given.map(({ name }) => name).sort(), path).toEqual(named.sort());
    ids.push(...Object.values(item).flatMap(({ operationId }) => operationId ?? []));
  }
  expect(new Set(ids).size).toBe(ids.length);
});
