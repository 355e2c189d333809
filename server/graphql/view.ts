/**
 * The schema as one caller may know it, at one Snapshot: the DocTypes that exist for him, cut down to what he
 * may read, and their GraphQL names. Callers with the same roles, scopes and shares have one view, made on
 * first use and gone with the Snapshot, so an edit costs nothing until somebody asks.
 */
import { builtinAccess } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { findVisible } from '../http/visible-plans.ts';
import type { Actor } from '../kernel/actor.ts';
import { type BoundedMap, boundedMap } from '../query/bounded-map.ts';
import { type GraphqlNames, graphqlNames } from '../schema/graphql-names.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';

export interface View {
  snapshot: Snapshot;
  names: GraphqlNames;
  /** Tells it from other views of the Snapshot. */
  key: string;
  /** A DocType that the caller may know of, with the fields that he may read; undefined as for one that is not there. */
  find(doctype: string): DocTypePlan | undefined;
  /** The same by GraphQL name. */
  named(name: string): DocTypePlan | undefined;
  /** Whether documents may be read, or at least chosen. */
  canList(plan: DocTypePlan): boolean;
  canRead(plan: DocTypePlan): boolean;
  /** All of them in the order of their names, each found when it is come to. */
  all(): Iterable<DocTypePlan>;
}

/** Views of a Snapshot at once; one more costs a millisecond when it is asked for again. */
const MOST_VIEWS = 200;

const views = new WeakMap<Snapshot, BoundedMap<View>>();
const keys = new WeakMap<Actor, string>();

/** `module`: only the DocTypes of that module exist, for who wants to see a part. */
export function viewOf(ctx: Context, module?: string): View {
  const known = views.get(ctx.snapshot) ?? boundedMap<View>(MOST_VIEWS);
  views.set(ctx.snapshot, known);
  // Names of modules that there are not are without end, and all the same.
  const part = module === undefined ? '' : ` ${modulesOf(ctx.snapshot).has(module) ? JSON.stringify(module) : ''}`;
  const key = `${viewKey(ctx.actor)}${part}`;
  const kept = known.get(key);
  if (kept) return kept;
  const made = makeView(ctx, key, module);
  known.set(key, made, 1);
  return made;
}

const modules = new WeakMap<Snapshot, ReadonlySet<string>>();

function modulesOf(snapshot: Snapshot): ReadonlySet<string> {
  const known = modules.get(snapshot) ?? new Set(snapshot.names.flatMap((name) => snapshot.moduleOf(name) ?? []));
  modules.set(snapshot, known);
  return known;
}

/** All of an actor that decides which DocTypes and fields there are; rows are asked about with each statement. */
function viewKey(actor: Actor): string {
  const known = keys.get(actor);
  if (known !== undefined) return known;
  const { roles, scopes, sharers, features, tenant, reason } = actor;
  const shared = [...new Set((sharers ?? []).map(({ doctype }) => doctype))].sort();
  const key = JSON.stringify([
    [...roles].sort(),
    scopes ?? 0,
    shared,
    features ?? 0,
    tenant !== undefined,
    reason ?? 0,
  ]);
  keys.set(actor, key);
  return key;
}

function makeView(ctx: Context, key: string, module: string | undefined): View {
  const { snapshot } = ctx;
  const names = graphqlNames(snapshot);
  const plans = new Map<string, DocTypePlan | undefined>();
  // What a view remembers must not hold a request.
  const asker: Context = { services: ctx.services, actor: ctx.actor, snapshot, requestId: '', now: ctx.now };
  const find = (doctype: string): DocTypePlan | undefined => {
    if (plans.has(doctype)) return plans.get(doctype);
    const plan = module === undefined || isOf(snapshot, doctype, module) ? findVisible(asker, doctype) : undefined;
    plans.set(doctype, plan);
    return plan;
  };
  const canRead = (plan: DocTypePlan): boolean => builtinAccess(asker, whole(snapshot, plan), 'read').allowed;
  return {
    snapshot,
    names,
    key,
    find,
    named(name) {
      const doctype = names.find(name);
      return doctype === undefined ? undefined : find(doctype);
    },
    canRead,
    canList: (plan) => canRead(plan) || builtinAccess(asker, whole(snapshot, plan), 'select').allowed,
    *all() {
      for (const name of snapshot.names) {
        const plan = find(name);
        if (plan) yield plan;
      }
    },
  };
}

/** The plan that permissions are asked about: a view's may be cut. */
function whole(snapshot: Snapshot, plan: DocTypePlan): DocTypePlan {
  return snapshot.find(plan.name) ?? plan;
}

/** Child tables come along wherever they are used. */
function isOf(snapshot: Snapshot, doctype: string, module: string): boolean {
  return snapshot.moduleOf(doctype) === module || snapshot.find(doctype)?.storage === 'child';
}
