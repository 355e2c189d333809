/**
 * Code of apps under Frappe's paths: functions by dotted path, methods of a DocType's controllers, and methods
 * of one document. A GET is undone when it has answered, as in Frappe, so it never writes.
 */
import { inTransaction, permit, planOf } from '../../../documents/context.ts';
import type { Context, MethodArgument } from '../../../documents/contract.ts';
import { failHook } from '../../../documents/controllers.ts';
import { loadForWrite } from '../../../documents/load.ts';
import { readDocument } from '../../../documents/read.ts';
import { boundDoors } from '../../../documents/run-hooks.ts';
import { AppError } from '../../../kernel/error.ts';
import { isObject } from '../../../kernel/json.ts';
import { toTimestamp } from '../../../kernel/time.ts';
import type { Snapshot } from '../../../schema/plan.ts';
import { refusal } from '../../given.ts';
import { refuseGuest } from '../../sign-in.ts';
import { findVisible } from '../../visible-plans.ts';
import type { Outcome } from '../answers.ts';
import { type Args, jsonOf, optionalText, textOf } from '../arguments.ts';
import { doctypeOf, getAsFrappe } from '../documents.ts';
import type { Method, MethodCall, Methods } from './method.ts';

type Callable = (argument: MethodArgument) => unknown | Promise<unknown>;

/** The function of an app, or the method of a controller by the path that its Python module would have. */
export function findAppMethod({ call, ctx }: MethodCall, path: string): Method | undefined {
  const callable = call.http.functions?.get(path);
  if (callable) return { run: (request) => runCallable(request, { doctype: '', callable, args: plain(request.args) }) };
  const match = /\.doctype\.(\w+)\.\1\.(\w+)$/.exec(path);
  const doctype = match && doctypeOfModule(ctx.snapshot, match[1] as string);
  // One that the caller may not know of is not named to him either.
  return doctype && findVisible(ctx, doctype) ? controllerMethod(ctx, doctype, match[2] as string) : undefined;
}

/** A method that a controller of the DocType lists; undefined when none does. */
export function controllerMethod(ctx: Context, doctype: string, name: string): Method | undefined {
  const callable = findCallable(ctx, doctype, name);
  return callable && { run: (request) => runCallable(request, { doctype, callable, args: plain(request.args) }) };
}

/**
 * A method of one document, which the caller must be allowed to read, and to write unless this is a GET. The
 * method gets the document's name as `args.name`. The answer carries the document as it is then.
 */
export async function runDocumentMethod(
  request: MethodCall,
  q: { doctype: string; name: string; method: string; args: Readonly<Record<string, unknown>> },
): Promise<Outcome> {
  const { ctx, call } = request;
  const plan = planOf(ctx, q.doctype);
  const callable = findCallable(ctx, plan.name, q.method);
  return atomically(request, async (within) => {
    const { name } = await readDocument(within, { doctype: plan.name, name: q.name, fields: ['name'] });
    if (!isReading(call.method)) {
      permit(within, plan, 'write');
      if (plan.storage === 'table') await loadForWrite({ ctx: within, plan, name, action: 'write', keepsRows: true });
    }
    if (!callable) throw noMethod(plan.name, q.method);
    const message = await callable(argumentOf(within, plan.name, { ...q.args, name }));
    return { message: message ?? null, docs: [await getAsFrappe(within, { doctype: plan.name, name, nulls: 'kept' })] };
  });
}

/** v1: `dt`, `dn`, or the document as `docs`; v2: `document` and `kwargs`. */
function runDocMethod(request: MethodCall): Promise<Outcome> {
  const { args } = request;
  const document = jsonOf(args, 'docs') ?? jsonOf(args, 'document');
  const method = textOf(args, 'method');
  const given = jsonOf(args, 'args') ?? jsonOf(args, 'kwargs');
  const passed = isObject(given) ? given : {};
  if (!isObject(document)) {
    const doctype = textOf(args, 'dt');
    return runDocumentMethod(request, { doctype, name: optionalText(args, 'dn') ?? doctype, method, args: passed });
  }
  const doctype = doctypeOf(document);
  const { name = doctype } = document;
  if (typeof name !== 'string') throw refusal('docs', 'the document must have its name: save it first.');
  return runDocumentMethod(request, { doctype, name, method, args: passed });
}

function runCallable(
  request: MethodCall,
  q: { doctype: string; callable: Callable; args: Readonly<Record<string, unknown>> },
): Promise<Outcome> {
  return atomically(request, async (within) => ({
    message: (await q.callable(argumentOf(within, q.doctype, q.args))) ?? null,
  }));
}

/**
 * In one transaction, which a GET does not keep. What code does beside its documents no scope limits, and
 * nothing says that it is for guests.
 */
async function atomically(
  { call, ctx }: MethodCall,
  work: (within: Parameters<Parameters<typeof inTransaction>[1]>[0]) => Promise<Outcome>,
): Promise<Outcome> {
  refuseGuest(call);
  if (ctx.actor.scopes !== undefined)
    throw new AppError(
      'forbidden',
      'This credential has scopes, which do not reach the code of apps. Use one without.',
    );
  if (!isReading(call.method)) return inTransaction(ctx, work);
  let answered: Outcome | undefined;
  try {
    await inTransaction(ctx, async (within) => {
      answered = await work(within);
      throw new Error('a GET keeps nothing');
    });
  } catch (error) {
    if (!answered) throw error;
  }
  return answered as Outcome;
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function argumentOf(
  within: Parameters<typeof boundDoors>[0],
  doctype: string,
  args: Readonly<Record<string, unknown>>,
): MethodArgument {
  const now = toTimestamp(within.now);
  return { doctype, args, actor: within.actor, now, doors: boundDoors(within), fail: failHook };
}

function findCallable(ctx: Context, doctype: string, name: string): Callable | undefined {
  for (const { methods } of ctx.services.controllers.of(planOf(ctx, doctype).name))
    if (methods && Object.hasOwn(methods, name)) return methods[name];
  return undefined;
}

export function noMethod(doctype: string, name: string): AppError {
  return new AppError('not_found', `${doctype} has no method ${JSON.stringify(name.slice(0, 80))} that may be called.`);
}

function plain(args: Args): Record<string, unknown> {
  return Object.fromEntries(args);
}

const modules = new WeakMap<Snapshot, ReadonlyMap<string, string>>();

/** `sales_order` is Sales Order. */
function doctypeOfModule(snapshot: Snapshot, module: string): string | undefined {
  let known = modules.get(snapshot);
  if (!known) {
    known = new Map(snapshot.names.map((name) => [name.toLowerCase().replaceAll(/[ -]/g, '_'), name]));
    modules.set(snapshot, known);
  }
  return known.get(module);
}

export const documentMethods: Methods = [['run_doc_method', { run: runDocMethod }]];
