/**
 * Routes that no DocType has, in the OpenAPI description: accounts, sessions and keys, shares and rights, the schema,
 * calls, the server itself. One line each; a test compares them with the routes that there are.
 */
import { PROFILE_FIELDS } from '../auth/profile.ts';

type Json = Record<string, unknown>;

interface Line {
  tag: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  summary: string;
  /** Whoever asks. */
  isOpen?: true;
  query?: readonly string[];
  /** Keys of the body; `?` at the end: may be left out. */
  body?: readonly string[];
  /** Default: 200; 204: nothing comes back. */
  status?: number;
  /** Default: JSON. */
  type?: string;
}

const open = { isOpen: true } as const;
const none = { status: 204 } as const;

type Rest = Omit<Line, 'tag' | 'method' | 'path' | 'summary'>;
type Short = readonly [route: string, summary: string, rest?: Rest];

function section(tag: string, lines: readonly Short[]): Line[] {
  return lines.map(([route, summary, rest]) => {
    const [method, path] = route.split(' ') as [Line['method'], string];
    return { tag, method, path, summary, ...rest };
  });
}

const AUTH = '/api/v1/auth';

const LINES: readonly Line[] = [
  ...section('Accounts', [
    [`post ${AUTH}/refresh`, 'A new token for the session; the old one is none any more'],
    [`post ${AUTH}/reauthenticate`, 'Prove again who you are', { body: ['password'] }],
    [`post ${AUTH}/token`, 'A JWT for a quarter of an hour, which dies with the session', { body: ['scopes?'] }],
    [`get ${AUTH}/csrf`, 'What pages send as X-Frappe-CSRF-Token with the cookie'],
    [`get ${AUTH}/sessions`, 'Your sessions, newest first'],
    [`delete ${AUTH}/sessions`, 'End all your sessions but this one'],
    [`delete ${AUTH}/sessions/{id}`, 'End one of your sessions', none],
    [`delete ${AUTH}/users/{user}/sessions`, 'End all sessions of somebody, for who manages users'],
    [
      `post ${AUTH}/password`,
      'Change your password, which ends all sessions',
      {
        body: ['current_password', 'new_password'],
      },
    ],
    [
      `post ${AUTH}/users/{user}/password`,
      'Set somebody’s password, for who manages users',
      {
        ...none,
        body: ['new_password', 'password?'],
      },
    ],
    [
      `post ${AUTH}/password/forgot`,
      'Ask for a letter to set a new password',
      { ...open, status: 202, body: ['user'] },
    ],
    [
      `post ${AUTH}/password/reset`,
      'Set it with the token of that letter',
      {
        ...open,
        ...none,
        body: ['token', 'password'],
      },
    ],
    [`post ${AUTH}/magic-link`, 'Ask for a letter to sign in with', { ...open, status: 202, body: ['email'] }],
    [`post ${AUTH}/magic-link/verify`, 'Sign in with the token of that letter', { ...open, body: ['token'] }],
    [`post ${AUTH}/sign-up`, 'Ask for an account', { ...open, status: 202, body: ['email', 'full_name?'] }],
    [`post ${AUTH}/sign-up/verify`, 'Begin it with the token of the letter', { ...open, body: ['token', 'password?'] }],
    [
      `patch ${AUTH}/me`,
      'Change your name, language, time zone, theme',
      {
        body: PROFILE_FIELDS.map((name) => `${name}?`),
      },
    ],
    [`get ${AUTH}/me/export`, 'All that is kept about you'],
    [`post ${AUTH}/me/delete`, 'End your account', { ...none, body: ['password?'] }],
    [`get ${AUTH}/api-keys`, 'Your API keys'],
    [
      `post ${AUTH}/api-keys`,
      'Make an API key; its secret is told this once',
      {
        status: 201,
        body: ['label', 'scopes?', 'ips?', 'expires?', 'password?'],
      },
    ],
    [`delete ${AUTH}/api-keys/{id}`, 'Revoke an API key', none],
    [`get ${AUTH}/totp`, 'Whether you have a second factor'],
    [`post ${AUTH}/totp`, 'Begin to set one up', { body: ['password?'] }],
    [`post ${AUTH}/totp/confirm`, 'Set it up with a first code; recovery codes come back', { body: ['otp'] }],
    [`post ${AUTH}/totp/recovery-codes`, 'New recovery codes', { body: ['otp', 'password?'] }],
    [`post ${AUTH}/totp/disable`, 'Do without a second factor', { ...none, body: ['otp', 'password?'] }],
    [
      `post ${AUTH}/users/{user}/totp/disable`,
      'Take away somebody’s, for who manages users',
      {
        ...none,
        body: ['password?'],
      },
    ],
    [`get ${AUTH}/oauth`, 'Providers to sign in with', open],
    [
      `get ${AUTH}/oauth/{provider}/start`,
      'Go there to sign in',
      {
        ...open,
        query: ['redirect_to'],
        status: 302,
      },
    ],
    [`get ${AUTH}/oauth/{provider}/callback`, 'Come back from there', { ...open, status: 302 }],
    [
      `post ${AUTH}/oauth/{provider}/connect`,
      'Connect your account with one there',
      {
        body: ['password?', 'redirect_to?'],
      },
    ],
    [`get ${AUTH}/identities`, 'Accounts elsewhere that yours is connected with'],
    [
      `post ${AUTH}/identities/disconnect`,
      'Cut the connection with one',
      {
        ...none,
        body: ['issuer', 'subject', 'password?'],
      },
    ],
  ]),
  ...section('Rights', [
    ['get /api/v1/share', 'What you gave and what you were given', { query: ['limit'] }],
    [
      'post /api/v1/share',
      'Share a document',
      {
        body: ['doctype', 'name', 'user?', 'everyone?', 'read?', 'write?', 'submit?', 'share?'],
      },
    ],
    [
      'delete /api/v1/share',
      'Take a share back',
      {
        ...none,
        query: ['doctype', 'name', 'user', 'everyone', 'shared_by'],
      },
    ],
    [
      'get /api/v1/permissions/explain',
      'Why somebody may do what with a DocType or a document',
      {
        query: ['doctype', 'name', 'user'],
      },
    ],
    ['post /api/v1/permissions/{doctype}/customize', 'Begin permission rows of your own for a DocType'],
    ['post /api/v1/permissions/{doctype}/reset', 'Go back to the rows that it came with', none],
  ]),
  ...section('Schema', [
    ['get /api/meta/schema', 'The JSON Schema of DocTypes themselves'],
    ['get /api/meta/fieldtypes', 'The field types that there are'],
    ['get /api/meta/{doctype}/schema', 'The JSON Schema of the documents of a DocType', { query: ['v'] }],
    ['get /api/v1/doctype/{doctype}/history', 'The versions of a DocType, newest first', { query: ['limit'] }],
    [
      'post /api/v1/doctype/{doctype}/revert',
      'Make an older version hold again',
      {
        query: ['confirm'],
        body: ['version'],
      },
    ],
  ]),
  ...section('Calls', [
    ['post /api/v1/rpc/{doctype}/{method}', 'Call a method of a DocType with its arguments', { body: [] }],
    ['post /api/v1/rpc/fn/{path}', 'Call a function of an app by its dotted path', { body: [] }],
  ]),
  ...section('Desk', [
    ['get /api/v1/settings/workspaces', 'The workspaces that you may see'],
    ['get /api/v1/settings/workspaces/{name}', 'A workspace with what you may see of it'],
    ['get /api/v1/settings/workspaces/{name}/counts', 'Its numbers'],
  ]),
  ...section('Server', [
    ['get /health', 'That it is there', open],
    ['get /ready', 'Whether it can serve requests', open],
    ['get /metrics', 'Figures for Prometheus', { type: 'text/plain' }],
    ['get /openapi.json', 'This description, as far as you may see it', { ...open, query: ['doctype'] }],
    ['get /problems/{code}', 'What a kind of problem means', open],
  ]),
  ...section('GraphQL', [
    [
      'get /graphql',
      'A GraphQL query; a subscription as an event stream',
      {
        query: ['query', 'variables', 'operationName', 'extensions', 'module'],
      },
    ],
  ]),
  ...section('Stream', [
    [
      'get /api/v1/stream',
      'What changes, as server-sent events',
      {
        query: ['subscribe', 'cursor'],
        type: 'text/event-stream',
      },
    ],
  ]),
];

export const fixedPaths: readonly (readonly [path: string, item: Json])[] = [
  ...Map.groupBy(LINES, ({ path }) => path),
].map(([path, lines]) => [
  path,
  Object.fromEntries([...parametersOf(path), ...lines.map((line): [string, Json] => [line.method, operation(line)])]),
]);

function parametersOf(path: string): [string, Json[]][] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (names.length === 0) return [];
  return [['parameters', names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))]];
}

function operation({ tag, summary, isOpen, query = [], body, status = 200, type = 'application/json' }: Line): Json {
  const schema = type === 'application/json' ? { type: 'object' } : { type: 'string' };
  const isEmpty = status === 204 || status === 302;
  return {
    tags: [tag],
    summary,
    ...(isOpen ? { security: [] } : {}),
    ...(query.length > 0
      ? { parameters: query.map((name) => ({ name, in: 'query', schema: { type: 'string' } })) }
      : {}),
    ...(body ? { requestBody: bodyOf(body) } : {}),
    responses: {
      [status]: { description: summary, ...(isEmpty ? {} : { content: { [type]: { schema } } }) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** What the values must be a refusal says: most are texts. */
function bodyOf(keys: readonly string[]): Json {
  const names = keys.map((key) => key.replace(/\?$/, ''));
  const required = keys.filter((key) => !key.endsWith('?'));
  const schema = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, {}])),
    ...(required.length > 0 ? { required } : {}),
  };
  return { required: required.length > 0, content: { 'application/json': { schema } } };
}
