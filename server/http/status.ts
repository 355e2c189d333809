/** Routes about the server itself: health, readiness, metrics, the OpenAPI document. */
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { graphqlNames } from '../schema/graphql-names.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { type Answer, type Call, json, type Route } from './call.ts';
import { tagged } from './etags.ts';
import { openApi } from './openapi.ts';
import { describeProblem } from './problem.ts';
import { derived } from './snapshot-texts.ts';
import { findVisible, visiblePlans } from './visible-plans.ts';

function health(): Answer {
  return json({ status: 'ok' });
}

async function ready(call: Call): Promise<Answer> {
  const isReady = await (call.http.isReady?.() ?? databaseAnswers(call)).catch(() => false);
  if (!isReady) throw new AppError('unavailable', 'The database does not answer yet, or no more.');
  return json({ status: 'ready', schema_version: call.http.store.current().version });
}

async function databaseAnswers(call: Call): Promise<boolean> {
  await call.http.services.db.query({ text: 'select 1 as one', values: [] });
  return true;
}

function metrics(call: Call): Answer {
  const { metrics: counters, store, version, services } = call.http;
  const policy = services.policy?.figures();
  const gauges = call.http.gauges?.();
  const body = counters.render({ schemaVersion: store.current().version, version, policy, gauges });
  return { status: 200, body, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } };
}

/** All that the caller may see, or `?doctype=A,B`. */
function openapi(call: Call, ctx: Context): Answer {
  const wanted = call.query.get('doctype');
  const names = graphqlNames(ctx.snapshot);
  const describe = (plans: readonly DocTypePlan[]) => openApi(plans, call.http.version, (doctype) => names.of(doctype));
  if (!wanted)
    return tagged(
      call,
      derived(ctx, 'openapi', () => JSON.stringify(describe(visiblePlans(ctx)))),
    );
  const missing = new Set(wanted.split(',').map((name) => name.trim()));
  const plans = visiblePlans(ctx).filter((plan) => missing.delete(plan.name));
  if (missing.size > 0)
    throw new AppError('not_found', `There is no DocType ${JSON.stringify([...missing][0]?.slice(0, 140))}.`);
  const withChildren = new Map(plans.map((plan) => [plan.name, plan]));
  for (const plan of withChildren.values()) {
    for (const field of plan.fields) {
      const child = field.childDocType === undefined ? undefined : findVisible(ctx, field.childDocType);
      if (child) withChildren.set(child.name, child);
    }
  }
  return tagged(call, JSON.stringify(describe([...withChildren.values()])));
}

function problemType(call: Call): Answer {
  const described = describeProblem(call.segments[1] ?? '');
  if (!described) throw new AppError('not_found', 'There is no such kind of problem.');
  return json(described);
}

export const statusRoutes: readonly Route[] = [
  { method: 'GET', path: '/health', access: 'open', answer: health },
  { method: 'GET', path: '/ready', access: 'open', answer: ready },
  { method: 'GET', path: '/metrics', access: 'signed-in', answer: metrics },
  {
    method: 'GET',
    path: '/openapi.json',
    query: ['doctype'],
    access: 'signed-in',
    guests: true,
    scoped: true,
    answer: openapi,
  },
  { method: 'GET', path: '/problems/*', access: 'open', answer: problemType },
];
