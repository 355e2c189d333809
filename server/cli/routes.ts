/** `m routes`: what the server answers, without starting it. */
import type { Command } from 'commander';
import { GRAPHQL_DOORS } from '../graphql/route.ts';
import { ROUTES } from '../http/app.ts';
import { sayJson, sayTable } from './output.ts';

export function addRoutes(program: Command): void {
  program
    .command('routes')
    .description('the routes that the server answers')
    .option('--json', 'as JSON')
    .action(runRoutes);
}

interface Listed {
  method: string;
  path: string;
  access: string;
  query?: readonly string[];
}

function runRoutes(options: { json?: true }): void {
  const all: readonly Listed[] = [...ROUTES, ...GRAPHQL_DOORS];
  const routes = all.map(({ method, path, access, query }) => ({
    method,
    path: readable(path),
    access,
    query: query ?? null,
  }));
  routes.sort((a, b) => (a.path === b.path ? compare(a.method, b.method) : compare(a.path, b.path)));
  if (options.json) sayJson(routes);
  else
    sayTable(
      ['method', 'path', 'access'],
      routes.map(({ method, path, access }) => [method, path, access]),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** What a star stands for, by the beginning of the path; the first that fits. */
const STARS: readonly (readonly [start: string, names: string])[] = [
  ['/api/v1/auth/users/', '{user}'],
  ['/api/v1/auth/oauth/', '{provider}'],
  ['/api/v1/auth/', '{id}'],
  ['/api/v1/rpc/fn/', '{dotted.path}'],
  ['/api/v1/rpc/', '{doctype} {method}'],
  ['/api/v1/doctype/', '{name}'],
  ['/api/method/', '{dotted.path} {ignored}'],
  ['/api/v2/method/*/', '{doctype} {method}'],
  ['/api/v2/method/', '{dotted.path}'],
  ['/api/', '{doctype} {name}'],
  ['/problems/', '{code}'],
];

/** The stars of a path as `/api/v1/{doctype}/{name}`. */
function readable(path: string): string {
  const names = STARS.find(([start]) => path.startsWith(start))?.[1].split(' ') ?? [];
  return path.replaceAll(/\*+/g, () => names.shift() ?? '{…}');
}
