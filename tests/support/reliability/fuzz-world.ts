/**
 * What the fuzzer knows: the DocTypes as its editors left them, every value that was acknowledged, and which
 * edits were in flight when. The rule it watches: an acknowledged value of a field is there for good.
 */
import type { Random } from '../../integration/query/random.ts';
import type { Reply } from '../app.ts';
import type { FuzzField } from './fuzz-values.ts';
import type { ServerProcess } from './server-process.ts';

export interface Document {
  name: string;
  /** By what a field is (valueKey), whatever it is called. */
  values: Map<string, unknown>;
  /** Somebody works on it. */
  busy: boolean;
}

export interface Known {
  name: string;
  exists: boolean;
  version: number;
  autoname: string;
  fields: FuzzField[];
  custom: FuzzField[];
  documents: Document[];
  /** Grow when an edit begins and when it ends; odd or even says nothing, since edits overlap. */
  shapes: number;
  identities: number;
  /** Edits in flight. */
  shaping: number;
  identifying: number;
  /** Every id that was ever called so. */
  idsOf: Map<string, Set<string>>;
  /** The rows of a table field belong to its name: a field of that name that comes again gets them again. */
  rowsOf: Map<string, string>;
}

export interface World {
  servers: readonly ServerProcess[];
  doctypes: Known[];
  /** The field of the child DocType that holds a row's text. */
  label: FuzzField;
  /** What must not be: the test fails with these. */
  problems: string[];
  /** How often what happened. */
  tally: Map<string, number>;
  serial: number;
  isOver: boolean;
}

export const CHILD = 'Fuzz Row';
export const TARGET = 'Fuzz Target';

export function newKnown(name: string): Known {
  return {
    name,
    exists: true,
    version: 0,
    autoname: 'prompt',
    fields: [],
    custom: [],
    documents: [],
    shapes: 0,
    identities: 0,
    shaping: 0,
    identifying: 0,
    idsOf: new Map(),
    rowsOf: new Map(),
  };
}

export function count(world: World, what: string): void {
  world.tally.set(what, (world.tally.get(what) ?? 0) + 1);
}

/** Takes the DocType as a server answered it, unless a newer one is known. */
export function learn(known: Known, doctype: Record<string, unknown>): void {
  const version = Number(doctype._version);
  if (version < known.version) return;
  known.version = version;
  known.name = String(doctype.name);
  known.autoname = String(doctype.autoname ?? '');
  known.fields = doctype.fields as FuzzField[];
  for (const field of known.fields) remember(known, field);
}

export function remember(known: Known, field: FuzzField): void {
  const ids = known.idsOf.get(field.fieldname) ?? new Set();
  known.idsOf.set(field.fieldname, ids.add(field.id));
  if (field.fieldtype !== 'Table' || known.rowsOf.has(field.id)) return;
  const earlier = [...ids].find((id) => known.rowsOf.has(id));
  known.rowsOf.set(field.id, earlier ? (known.rowsOf.get(earlier) as string) : field.id);
}

/** Under which key the model keeps a field's value; undefined when its name has meant several fields. */
export function valueKey(known: Known, field: FuzzField): string | undefined {
  if (field.fieldtype === 'Table') return known.rowsOf.get(field.id);
  return (known.idsOf.get(field.fieldname)?.size ?? 0) > 1 ? undefined : field.id;
}

export interface Moment {
  shapes: number;
  identities: number;
  isShaping: boolean;
  isIdentifying: boolean;
}

export function momentOf(known: Known): Moment {
  const { shapes, identities, shaping, identifying } = known;
  return { shapes, identities, isShaping: shaping > 0, isIdentifying: identifying > 0 };
}

/** Whether an edit of fields or rules was in flight at any time since. */
export function wasShaped(known: Known, since: Moment): boolean {
  return since.isShaping || known.shapes !== since.shapes || wasIdentified(known, since);
}

/** Whether it was renamed, removed or made again at any time since. */
export function wasIdentified(known: Known, since: Moment): boolean {
  return since.isIdentifying || known.identities !== since.identities;
}

/** Runs an edit that concerns these DocTypes, and marks their requests as overlapped by it. */
export async function during<T>(
  q: { concerned: readonly Known[]; identity: boolean },
  edit: () => Promise<T>,
): Promise<T> {
  const mark = (by: 1 | -1): void => {
    for (const known of q.concerned) {
      known.shapes += 1;
      known.shaping += by;
      if (!q.identity) continue;
      known.identities += 1;
      known.identifying += by;
    }
  };
  mark(1);
  try {
    return await edit();
  } finally {
    mark(-1);
  }
}

export function pathOf(known: Known, document?: Document): string {
  const doctype = `/api/v1/${encodeURIComponent(known.name)}`;
  return document ? `${doctype}/${encodeURIComponent(document.name)}` : doctype;
}

/** What the answer would be excused by; everything else is a problem. 500 is never excused. */
export function excuse(q: { known: Known; since: Moment; reply: Reply; isRead: boolean }): string | undefined {
  const { known, since, reply } = q;
  if (reply.status === 503) return reply.headers.get('retry-after') ? 'busy' : undefined;
  if (reply.status === 404) return !known.exists || wasIdentified(known, since) ? 'gone' : undefined;
  if (q.isRead || (reply.status !== 400 && reply.status !== 409)) return undefined;
  return wasShaped(known, since) ? `overtaken ${reply.status}` : undefined;
}

export function report(world: World, q: { what: string; known: Known; reply: Reply; since: Moment }): void {
  const { known, since, reply } = q;
  const overlap = wasIdentified(known, since) ? 'identity' : wasShaped(known, since) ? 'shape' : 'none';
  world.problems.push(`${q.what} of ${known.name} (overlap: ${overlap}): ${reply.status} ${reply.text.slice(0, 600)}`);
}

export function pickServer(world: World, random: Random): ServerProcess {
  return random.pick(world.servers);
}
