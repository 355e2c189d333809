/**
 * What PostgreSQL's answer leaves to do: look up documents that are in another place, and compute fields. Level
 * by level, each DocType once for a level, however many objects ask for it.
 */
import { computeFields } from '../../documents/computed.ts';
import { toDocument } from '../../documents/load.ts';
import type { Document } from '../../kernel/document.ts';
import type { DocumentSelection } from '../compile/operation.ts';
import { type After, WHOLE } from '../compile/shape.ts';
import { isPossible } from '../types/fixed.ts';
import { fetchDocuments } from './documents.ts';
import type { JsonObject, Run } from './run.ts';

/** Changes the objects: each stands for one document of the answer. */
export async function finish(run: Run, objects: readonly JsonObject[], after: readonly After[]): Promise<void> {
  if (after.length === 0 || objects.length === 0) return;
  const computed = after.filter((step) => step.kind === 'computed');
  if (computed.length > 0) for (const object of objects) compute(run, object, computed);
  for (const step of after) {
    if (step.kind === 'reference') await lookUp(run, objects, step);
    else if (step.kind === 'inside')
      await finish(
        run,
        objects.flatMap((object) => within(object[step.key])),
        step.after,
      );
  }
}

/** Documents by their names, finished. */
export async function documentsNamed(
  run: Run,
  selection: DocumentSelection,
  names: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const found = await fetchDocuments(run, selection, names);
  await finish(run, [...found.values()], selection.after);
  return found;
}

/** The objects in a member: one, many, or none. */
function within(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value as JsonObject[];
  return value === null || value === undefined ? [] : [value as JsonObject];
}

function compute(run: Run, object: JsonObject, steps: readonly (After & { kind: 'computed' })[]): void {
  const whole = toDocument(object[WHOLE] as Record<string, unknown>);
  delete object[WHOLE];
  const [first] = steps;
  if (!first) return;
  const document: Document = computeFields(run.ctx, first.plan, whole);
  for (const { key, fieldname } of steps) object[key] = document[fieldname] ?? null;
}

async function lookUp(run: Run, objects: readonly JsonObject[], step: After & { kind: 'reference' }): Promise<void> {
  const wanted = new Map<string, Set<string>>();
  for (const object of objects) {
    const [doctype, name] = referenceIn(object, step.key);
    if (doctype !== undefined && name !== undefined) wanted.set(doctype, (wanted.get(doctype) ?? new Set()).add(name));
  }
  const found = new Map<string, ReadonlyMap<string, JsonObject>>();
  for (const [doctype, names] of wanted) found.set(doctype, await documentsOf(run, doctype, [...names], step));
  for (const object of objects) {
    const [doctype = '', name = ''] = referenceIn(object, step.key);
    const document = found.get(doctype)?.get(name);
    // Each object has its own: what is done to one must not be seen in another.
    object[step.key] = document === undefined ? null : structuredClone(document);
  }
}

function referenceIn(object: JsonObject, key: string): readonly (string | undefined)[] {
  const value = object[key];
  return Array.isArray(value) ? value.map(String) : [];
}

async function documentsOf(
  run: Run,
  doctype: string,
  names: readonly string[],
  { sets, isAny }: After & { kind: 'reference' },
): Promise<ReadonlyMap<string, JsonObject>> {
  const { compiled } = run;
  const { view } = compiled.schema;
  const plan = view.find(doctype);
  if (!plan || plan.storage === 'child' || !view.canList(plan)) return new Map();
  // Of which not even that may be read which every document has.
  if (isAny && !isPossible(view, doctype)) return new Map();
  return documentsNamed(run, compiled.select({ plan, sets }), names);
}
