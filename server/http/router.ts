/** Finds the route of a path: literal segments before `*`, and that before `**`. A tree of Maps, so that no user's text is looked up on an object. */
import type { Route } from './call.ts';

interface Node {
  literals: Map<string, Node>;
  any?: Node;
  /** Routes of whatever follows: `**`. */
  rest?: Node;
  routes: Map<string, Route>;
}

export interface Router {
  /** The routes of a path by method; undefined: there is no such path. */
  find(segments: readonly string[]): ReadonlyMap<string, Route> | undefined;
}

export function createRouter(routes: readonly Route[]): Router {
  const root = emptyNode();
  for (const route of routes) add(root, route);
  return {
    find: (segments) => findFrom(root, segments, 0),
  };
}

/** A path that goes on after a literal where no route does is tried again with `*`: a document may be called `count`. */
function findFrom(node: Node, segments: readonly string[], at: number): ReadonlyMap<string, Route> | undefined {
  if (at === segments.length) return node.routes.size > 0 ? node.routes : undefined;
  const literal = node.literals.get(segments[at] as string);
  return (
    (literal && findFrom(literal, segments, at + 1)) ??
    (node.any && findFrom(node.any, segments, at + 1)) ??
    node.rest?.routes
  );
}

function add(root: Node, route: Route): void {
  let node = root;
  for (const segment of route.path === '/' ? [] : route.path.split('/').slice(1)) {
    if (segment === '*') {
      node.any ??= emptyNode();
      node = node.any;
    } else if (segment === '**') {
      node.rest ??= emptyNode();
      node = node.rest;
    } else {
      const next: Node = node.literals.get(segment) ?? emptyNode();
      node.literals.set(segment, next);
      node = next;
    }
  }
  if (node.routes.has(route.method)) throw new Error(`two routes answer ${route.method} ${route.path}`);
  node.routes.set(route.method, route);
}

function emptyNode(): Node {
  return { literals: new Map(), routes: new Map() };
}
