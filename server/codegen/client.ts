/**
 * A whole client as three texts. What runs is written once, in templates/, where the compiler checks it with the
 * rest of the product; here its parts become one file without an import that is left when it runs, so that
 * every bundler, Deno and Node take it as it is.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Snapshot } from '../schema/plan.ts';
import { chosenPlans, type Wish } from './chosen.ts';
import { documentTypes } from './documents.ts';
import { graphqlFile } from './graphql.ts';
import { header } from './header.ts';
import { typeNames } from './type-names.ts';

const PARTS = ['problem', 'transport', 'rest-types', 'rest', 'graphql-text', 'sse', 'graphql', 'connect'];

export interface ClientWish extends Wish {
  version: string;
  report?(done: number, total: number): void;
}

export interface ClientFiles {
  doctypes: readonly string[];
  /** By name. */
  files: ReadonlyMap<string, string>;
}

/** The same snapshot and wish give the same bytes. Throws `not_found` for a DocType or a module that is not there. */
export async function clientFiles(snapshot: Snapshot, wish: ClientWish): Promise<ClientFiles> {
  const plans = chosenPlans(snapshot, wish);
  const origin = { version: wish.version, schemaVersion: snapshot.version };
  const types = await documentTypes({ plans, names: typeNames(snapshot), report: wish.report });
  const { types: graphs, links } = graphqlFile(snapshot, plans);
  const texts: [string, string[]][] = [
    ['types.ts', [header(origin, 'Documents of each DocType: as they are read, made and changed.'), types]],
    [
      'graphql.ts',
      [
        header(origin, 'What GraphQL knows of each DocType, and what can be asked of it.'),
        "import type { DocTypes } from './types.js';\n",
        await part('graphql-types'),
        await part('graphql-roots'),
        graphs,
      ],
    ],
    [
      'client.ts',
      [
        header(origin, 'The client: createClient({ url, token }).'),
        IMPORTS,
        ...(await Promise.all(PARTS.map(part))),
        tail(links),
      ],
    ],
  ];
  return {
    doctypes: plans.map((plan) => plan.name),
    files: new Map(texts.map(([name, parts]) => [name, parts.join('\n')])),
  };
}

const IMPORTS = `import type { Exact, Graphs, LiveShape, MutationShape, QueryShape, Result, Selection } from './graphql.js';
import type { DocTypes } from './types.js';
`;

/** A template without its imports: what it imports stands beside it. */
async function part(name: string): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, 'templates', `${name}.ts`), 'utf8');
  return text.replace(/^import [^;]*;\n/gm, '').replace(/\*\/\n\n+/, '*/\n\n');
}

function tail(links: Record<string, Record<string, string>>): string {
  const lines = Object.entries(links).map(([name, fields]) => `  ${name}: ${JSON.stringify(fields)},\n`);
  return `const LINKS: Links = {\n${lines.join('')}};

export type Client = ClientOf<DocTypes, Graphs>;

export function createClient(settings: ClientSettings): Client {
  return connect<DocTypes, Graphs>(settings, LINKS);
}
`;
}
