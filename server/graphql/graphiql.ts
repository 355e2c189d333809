/** The page to try queries in, from the package and from nowhere else. Not in production. */
import type { Answer, Call } from '../http/call.ts';

/** With a query too: the editor keeps it in the address, and whoever loads that again or is sent it wants the editor. */
export function wantsPage(call: Call): boolean {
  const accept = call.header('accept') ?? '';
  if (call.method !== 'GET' || !accept.includes('text/html')) return false;
  return !call.query.has('query') || !accept.includes('json');
}

const FIRST = `# Names are those of the tables: the DocType "Sales Order" is sales_order.
# Ctrl-Space shows what there is; sign in at /account to see more.
{
  me {
    user
    full_name
    roles
  }
}
`;

/** Its editor runs workers of its own and styles itself; it talks to this server only. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  'worker-src blob:',
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

let page: Promise<string> | undefined;

/** Nine megabytes of script: made once, and only when somebody asks. */
export async function graphiqlAnswer(): Promise<Answer> {
  page ??= import('@graphql-yoga/render-graphiql').then(({ renderGraphiQL }) =>
    renderGraphiQL({ title: 'Framework M GraphQL', defaultQuery: FIRST, credentials: 'same-origin' }),
  );
  return {
    status: 200,
    body: await page,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'private, max-age=3600',
    },
  };
}
