/**
 * Writes of documents that live in another store: the same acceptance, defaults, links, names, hooks
 * and rules as a table's (SEMANTICS.md 1.2, 1.3); only the storing itself is the repository's.
 * That store is in no transaction of ours: what it keeps stays, should the request fail afterwards.
 */
import type { Document } from '../../kernel/document.ts';
import { AppError } from '../../kernel/error.ts';
import { toTimestamp } from '../../kernel/time.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { acceptDocument } from '../accept.ts';
import { checkRules } from '../check.ts';
import type { GivenDocument, WriteContext } from '../contract.ts';
import { applyDefaults, fillTitle } from '../defaults.ts';
import { resolveLinks } from '../links.ts';
import { cloneDocument, notFound } from '../load.ts';
import { syncNameField } from '../name-field.ts';
import { nameDocument } from '../naming.ts';
import { linksTo, refuseLinked } from '../references.ts';
import { confirmRights } from '../rights.ts';
import { runHook } from '../run-hooks.ts';
import { stamp } from '../store-rows.ts';
import { recordVersion } from '../versions.ts';
import { runSteps, type Step, type Write } from '../write.ts';
import { stableId } from './outside-document.ts';
import { standIn } from './stand-in.ts';

interface OutsideWrite {
  ctx: WriteContext;
  plan: DocTypePlan;
  /** Does it: given the write with its document ready, and what was before. */
  store(write: Write): Promise<void>;
}

const hook = (name: Parameters<typeof runHook>[1]): Step => ({ name, run: (write) => runHook(write, name) });

const BEFORE: readonly Step[] = [
  hook('before_validate'),
  hook('validate'),
  hook('before_save'),
  { name: 'title', run: fillTitle },
  { name: 'rules', run: checkRules },
];
const AFTER: readonly Step[] = [
  hook('on_update'),
  hook('after_save'),
  { name: 'version', run: recordVersion },
  hook('on_change'),
];

/** A new document; its name. `namesItself`: the store gives the name, `store` puts it into the document. */
export async function insertOutside(
  q: OutsideWrite & { given: GivenDocument; namesItself?: boolean },
): Promise<string> {
  const plan = standIn(q.plan);
  const { doc, requestedName } = acceptDocument(q.ctx, { plan, given: q.given });
  const write: Write = {
    ctx: q.ctx,
    plan,
    action: 'insert',
    before: undefined,
    doc,
    now: toTimestamp(q.ctx.now),
    defaulted: new Map(),
    requestedName,
  };
  await runSteps(write, [
    { name: 'defaults', run: applyDefaults },
    { name: 'stamp', run: stamp },
    { name: 'links', run: resolveLinks },
    hook('before_insert'),
    { name: 'name', run: (named) => (q.namesItself ? refuseName(named) : nameDocument(named)) },
    { name: 'id', run: setId },
    ...BEFORE,
    { name: 'rights', run: ({ ctx, doc }) => confirmRights(ctx, { plan, doc, action: 'create' }) },
    { name: 'store', run: q.store },
    hook('after_insert'),
    ...AFTER,
  ]);
  return String(write.doc.name);
}

/** The stored document with the given values; `before` carries secrets as they are kept. */
export async function updateOutside(q: OutsideWrite & { given: GivenDocument; before: Document }): Promise<string> {
  const plan = standIn(q.plan);
  const { doc } = acceptDocument(q.ctx, { plan, given: q.given, before: q.before });
  const write: Write = {
    ctx: q.ctx,
    plan,
    action: 'save',
    before: q.before,
    doc,
    now: toTimestamp(q.ctx.now),
    defaulted: new Map(),
  };
  await runSteps(write, [
    { name: 'defaults', run: applyDefaults },
    { name: 'stamp', run: stamp },
    { name: 'links', run: resolveLinks },
    { name: 'name field', run: syncNameField },
    ...BEFORE,
    { name: 'rights', run: ({ ctx, doc }) => confirmRights(ctx, { plan, doc, action: 'write' }) },
    { name: 'store', run: q.store },
    ...AFTER,
  ]);
  return String(q.before.name);
}

/** Refused while documents of ours link to it, as for any other document. */
export async function removeOutside(q: OutsideWrite & { before: Document }): Promise<void> {
  const { ctx, before } = q;
  const plan = standIn(q.plan);
  const name = String(before.name);
  const write: Write = {
    ctx,
    plan,
    action: 'discard',
    before,
    doc: cloneDocument(before),
    now: toTimestamp(ctx.now),
    defaulted: new Map(),
  };
  await runHook(write, 'before_delete');
  await runHook(write, 'on_trash');
  refuseLinked({ ctx, plan, name, links: await linksTo({ ctx, plan, name, submittedOnly: false }), verb: 'deleted' });
  await q.store(write);
  await runHook(write, 'after_delete');
}

/** The document that a write is about. Throws `not_found`. */
export function found(document: Document | undefined, plan: DocTypePlan, name: string): Document {
  if (!document) throw notFound(plan, name);
  return document;
}

function setId(write: Write): void {
  write.doc.id = stableId(write.plan.name, String(write.doc.name ?? ''));
}

function refuseName(write: Write): void {
  if (write.requestedName === undefined) return;
  const message = `${write.plan.name} documents are named by the store that keeps them. Leave the name out.`;
  throw new AppError('validation', message, { errors: [{ field: 'name', code: 'invalid_name', message }] });
}
