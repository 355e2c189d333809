/** The table of server/http/README.md says who reaches each route: every route is in it, and it is true. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { GRAPHQL_DOORS } from '../../server/graphql/route.ts';
import { ROUTES } from '../../server/http/app.ts';
import type { Route } from '../../server/http/call.ts';
import { ROOT } from '../support/sources.ts';

type Listed = Pick<Route, 'method' | 'path' | 'access'> & { guests?: true; scoped?: true };

const LISTED: readonly Listed[] = [...ROUTES, ...GRAPHQL_DOORS];

interface Row {
  pattern: string;
  who: string;
  scopes: string;
}

const rows: Row[] = readFileSync(path.join(ROOT, 'server/http/README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => {
    const [, routes = '', who = '', scopes = ''] = line.split('|').map((cell) => cell.trim());
    return [...routes.matchAll(/`([^`]+)`/g)].map(([, pattern = '']) => ({ pattern, who, scopes }));
  });

/** The row that names the path itself, or the first whose `**` covers it. */
function rowOf(route: Listed): Row | undefined {
  const covers = (pattern: string) => pattern.endsWith('/**') && route.path.startsWith(pattern.slice(0, -2));
  return rows.find(({ pattern }) => pattern === route.path) ?? rows.find(({ pattern }) => covers(pattern));
}

function whoOf(route: Listed): string {
  if (route.access === 'open') return 'anyone';
  return route.guests ? 'guests' : 'signed in';
}

test.each(LISTED.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const row = rowOf(route);
  expect(row, 'it stands in no row of the table').toBeDefined();
  expect(row?.who).toBe(whoOf(route));
  const isScoped = route.access !== 'open' && route.scoped === true;
  const isExcepted = row?.scopes.includes(`\`${route.method}\``) === true;
  expect(row?.scopes.startsWith('yes') === true && !isExcepted).toBe(isScoped);
});

test('every row is about a route that is there', () => {
  const used = new Set(LISTED.map((route) => rowOf(route)?.pattern));
  expect(rows.map(({ pattern }) => pattern).filter((pattern) => !used.has(pattern))).toEqual([]);
});
