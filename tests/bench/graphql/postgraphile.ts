/**
 * PostGraphile 5 over the same tables: the Amber preset, lists instead of connections, filters and orders by
 * every column, its own pool of the size of ours, the same check of a token. The keys that our tables have
 * as unique indexes or not at all (rows know their parent by id only) are told to it by smart tags, so that
 * it can nest and find all that is asked. Run in production mode, without GraphiQL.
 *
 * It comes from a folder of its own (postgraphile-install.ts), which TypeScript and the linters do not see:
 * hence `createRequire`, and the few types that are needed here.
 */
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

interface Instance {
  createServ(adaptor: unknown): { addTo(server: Server): Promise<void> };
  release(): Promise<void>;
}

const load = createRequire(path.join(import.meta.dirname, '../postgraphile/package.json'));
const { postgraphile } = load('postgraphile') as { postgraphile(preset: object): Instance };
const { PostGraphileAmberPreset } = load('postgraphile/presets/amber') as { PostGraphileAmberPreset: object };
const { makePgService } = load('postgraphile/adaptors/pg') as { makePgService(options: object): object };
const { jsonPgSmartTags } = load('postgraphile/utils') as { jsonPgSmartTags(tags: object): object };
const { grafserv } = load('postgraphile/grafserv/node') as { grafserv: unknown };

const byName = { tags: { unique: 'name' } };

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  // It hides what no index begins with, such as the order of the rows.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  plugins: [
    jsonPgSmartTags({
      version: 1,
      config: {
        class: {
          'public.bench_order': byName,
          'public.bench_customer': byName,
          'public.bench_item': byName,
          'public.bench_order_item': { tags: { foreignKey: '(parent_id) references bench_order (id)' } },
        },
      },
    }),
  ],
  schema: { defaultBehavior: '+list' },
  grafserv: { graphqlPath: '/graphql', graphiql: false, graphiqlOnGraphQLGET: false, websockets: false, watch: false },
  grafast: { explain: false },
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['public'],
      poolConfig: { max: 8, options: '-c timezone=UTC -c jit=off' },
    }),
  ],
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
const answer = server.listeners('request')[0] as (...args: unknown[]) => void;
server.removeAllListeners('request');
server.on('request', (request, response) => {
  if (request.headers.authorization === `Bearer ${process.env.TOKEN}`) answer(request, response);
  else response.writeHead(401).end();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}\n`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void instance.release().then(() => process.exit(0));
});
