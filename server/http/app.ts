/**
 * The HTTP edge: one page that every request passes. Target, route, sign-in, body, operation, answer;
 * whatever is thrown on the way becomes a problem. The routes know the product, this knows HTTP.
 */
import { Hono, type Context as HonoContext } from 'hono';
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { accountPageRoutes } from './account-page.ts';
import { activityRoutes } from './activity.ts';
import { activityMineRoutes } from './activity-mine.ts';
import { authRoutes } from './auth.ts';
import { apiKeyRoutes } from './auth-api-keys.ts';
import { linkRoutes } from './auth-links.ts';
import { oauthRoutes } from './auth-oauth.ts';
import { profileRoutes } from './auth-profile.ts';
import { secondFactorRoutes } from './auth-second-factor.ts';
import { sessionRoutes } from './auth-sessions.ts';
import { beginCall } from './begin.ts';
import { readBody } from './body.ts';
import { bulkRoutes } from './bulk.ts';
import type { Answer, Call, HttpInput, Route, Served } from './call.ts';
import { corsHeaders, preflight } from './cors.ts';
import { createDenials } from './denials.ts';
import { deskRoutes } from './desk.ts';
import { doctypeRoutes } from './doctype.ts';
import { documentRoutes } from './documents.ts';
import { exportRoutes } from './export.ts';
import { fileRoutes } from './files.ts';
import { inStyleOf } from './frappe/failure.ts';
import { frappeRoutes } from './frappe/routes.ts';
import { withFreshPlan } from './fresh.ts';
import { refuseUnknown } from './given.ts';
import { idempotencyKey, once } from './idempotency.ts';
import { languageRoutes } from './language.ts';
import { listRoutes } from './lists.ts';
import { metaRoutes } from './meta.ts';
import { createMetrics } from './metrics.ts';
import { parseTarget } from './path.ts';
import { permissionRoutes } from './permissions.ts';
import { methodNotAllowed, toProblem } from './problem.ts';
import { toResponse, withHttps } from './response.ts';
import { refuseHopeless, refuseScoped } from './route-access.ts';
import { createRouter, type Router } from './router.ts';
import { rpcRoutes } from './rpc.ts';
import { searchRoutes } from './search.ts';
import { sharingRoutes } from './sharing.ts';
import { refuseGuest, signIn } from './sign-in.ts';
import { statusRoutes } from './status.ts';
import { transitionRoutes } from './transitions.ts';
import { userSettingRoutes } from './user-settings.ts';
import { workspaceRoutes } from './workspaces.ts';

export type { HttpInput } from './call.ts';

export type HttpApp = Hono;

export const ROUTES: readonly Route[] = [
  ...statusRoutes,
  ...authRoutes,
  ...sessionRoutes,
  ...apiKeyRoutes,
  ...linkRoutes,
  ...oauthRoutes,
  ...secondFactorRoutes,
  ...profileRoutes,
  ...accountPageRoutes,
  ...deskRoutes,
  ...metaRoutes,
  ...doctypeRoutes,
  ...rpcRoutes,
  ...searchRoutes,
  ...listRoutes,
  ...fileRoutes,
  ...bulkRoutes,
  ...exportRoutes,
  ...documentRoutes,
  ...transitionRoutes,
  ...sharingRoutes,
  ...activityRoutes,
  ...activityMineRoutes,
  ...userSettingRoutes,
  ...workspaceRoutes,
  ...languageRoutes,
  ...permissionRoutes,
  ...frappeRoutes,
];

/** What the edge serves, with what it makes of it once. */
export function toServed(input: HttpInput): Served {
  return { ...input, metrics: createMetrics(), denials: createDenials(input.services) };
}

/** The whole surface as one Hono app; `listen` serves it, tests may call its `request`. */
export function createHttp(http: Served): HttpApp {
  const { services } = http;
  const router = createRouter([...ROUTES, ...(http.more ?? [])]);
  const app = new Hono();
  app.all('*', async (c) => {
    const peer = bindingsOf(c)?.incoming?.socket?.remoteAddress;
    const call = beginCall(http, { request: c.req.raw, peer });
    const target = targetOf(c);
    const answer = await respond(router, call, target).catch((error: unknown) =>
      toProblem(error, { requestId: call.requestId, log: services.log, method: call.method, path: call.path }),
    );
    http.denials.note(call, answer.status);
    http.metrics.count(answer.status, services.clock.now() - call.now);
    return toResponse(inStyleOf(target, call.method, answer), { ...edgeHeaders(call), 'x-request-id': call.requestId });
  });
  return app;
}

interface NodeBindings {
  incoming?: { url?: string; socket?: { remoteAddress?: string } };
}

function bindingsOf(c: HonoContext): NodeBindings | undefined {
  return c.env as NodeBindings | undefined;
}

/** What answers and refusals alike say to the browser. */
function edgeHeaders(call: Call): Readonly<Record<string, string>> {
  return { ...corsHeaders(call), ...(call.isSecure ? withHttps : {}) };
}

/** The target as it was sent: Hono's and the URL class have decoded and resolved theirs. */
function targetOf(c: HonoContext): string {
  return bindingsOf(c)?.incoming?.url ?? c.req.url;
}

async function respond(router: Router, call: Call, target: string): Promise<Answer> {
  const asked = preflight(call);
  if (asked) return asked;
  Object.assign(call, parseTarget(target));
  const routes = router.find(call.segments);
  const method = call.method === 'HEAD' ? 'GET' : call.method;
  const route = routes?.get(method);
  if (route?.access === 'open') {
    refuseUnknownParameters(route, call);
    if (method !== 'GET') await takeBody(route, call);
    return route.answer(call);
  }
  await signIn(call);
  if (!route?.guests) refuseGuest(call);
  if (!routes)
    throw new AppError(
      'not_found',
      `There is nothing at ${call.path.slice(0, 200)}. The routes stand in /openapi.json.`,
    );
  if (!route) return otherMethod(routes, call);
  refuseScoped(route, call);
  refuseUnknownParameters(route, call);
  if (method !== 'GET') {
    // What several operations are about, only the body says.
    if (!call.identity && route.access !== 'many') refuseHopeless(route, call);
    await takeBody(route, call);
  }
  return route.access === 'many' ? route.answer(call) : operate(route, call);
}

function operate(route: Route & { access: 'signed-in' }, call: Call): Promise<Answer> {
  const actor = call.actor as NonNullable<Call['actor']>;
  const operation = async (ctx: Context): Promise<Answer> => route.answer(call, ctx);
  const key = route.isWrite ? idempotencyKey(call) : undefined;
  if (key !== undefined) return withFreshPlan(call, actor, (ctx) => once({ call, ctx, key, operation }));
  return withFreshPlan(call, actor, operation);
}

async function takeBody(route: Route, call: Call): Promise<void> {
  const body = await (route.readBody ?? readBody)(call.request, call.http.bodyLimit);
  call.text = body.text;
  call.given = body.given;
}

function otherMethod(routes: ReadonlyMap<string, Route>, call: Call): Answer {
  const methods = [...routes.keys()];
  const allow = [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'].sort().join(', ');
  if (call.method === 'OPTIONS') return { status: 204, headers: { allow } };
  return methodNotAllowed({ method: call.method, allow, requestId: call.requestId });
}

function refuseUnknownParameters(route: Route, call: Call): void {
  if (route.query && call.query.size > 0)
    refuseUnknown(call.query.keys(), route.query, 'query parameter of this route');
}
