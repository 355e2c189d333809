/**
 * Fields that hold the address of a file: the writer must be able to read it, and it hangs on the document from
 * then on. A file that hangs on nothing is taken; of one that hangs elsewhere the document gets a hold of its own.
 * The same goes for private pictures in a formatted text, but one that the writer may not read is no mistake there.
 */

import { isAdministrator } from '../access/decide.ts';
import { asSystem } from '../documents/context.ts';
import type { GuardArgument, WriteContext } from '../documents/contract.ts';
import { type FileFields, fileFieldsOf, filesShownIn } from '../documents/file-fields.ts';
import { presentable } from '../documents/rights.ts';
import { type Document, isEmpty, rowsOf } from '../kernel/document.ts';
import { AppError, type FieldProblem, refuseProblems } from '../kernel/error.ts';
import { tailOf } from './file-name.ts';
import { FILE, type FileRow, filesByTail } from './rows.ts';

/** A file that a document names anew. */
interface Use {
  /** `photo`, or `items[2].photo` for a row. */
  path: string;
  /** The same without the number of the row. */
  field: string;
  tail: string;
  /** Shown in a text. */
  isShown?: boolean;
}

const accepted = new WeakMap<Document, readonly { use: Use; rows: readonly FileRow[] }[]>();

/** Throws `validation` that names every field whose file is not there for the writer. */
export async function checkFileFields({ ctx, plan, doc, before }: GuardArgument): Promise<void> {
  const uses = newUses({ ctx, plan, doc, before });
  if (uses.length === 0) return;
  const found = await filesByTail(ctx, [...new Set(uses.map(({ tail }) => tail))]);
  const problems: FieldProblem[] = uses
    // What is installed or imported may come before its files.
    .filter(({ tail, isShown }) => !isShown && !found.has(tail) && ctx.actor.reason === undefined)
    .map(({ path }) => ({
      field: path,
      code: 'file_not_found',
      message: `${path}: there is no such file. Upload it first, and give the file_url of the answer.`,
    }));
  refuseProblems(presentable(ctx, plan, problems), `The ${plan.name} cannot be saved`);
  accepted.set(
    doc,
    uses.flatMap((use) => (found.has(use.tail) ? [{ use, rows: found.get(use.tail) ?? [] }] : [])),
  );
}

/** To be called when the document is stored: its files hang on it. */
export async function attachFiles({ ctx, plan, doc }: GuardArgument): Promise<void> {
  const uses = accepted.get(doc) ?? [];
  accepted.delete(doc);
  const at = { attached_to_doctype: plan.name, attached_to_name: String(doc.name) };
  for (const { use, rows } of uses) {
    const isHere = (row: FileRow) =>
      row.attached_to_doctype === at.attached_to_doctype && row.attached_to_name === at.attached_to_name;
    const here = rows.filter(isHere);
    if (here.some((row) => row.attached_to_field === use.field)) continue;
    const wish = { ...at, attached_to_field: use.field };
    const free = here.find((row) => isEmpty(row.attached_to_field)) ?? rows.find((row) => isFree(ctx, row));
    if (!free || !(await take(ctx, free, wish))) await holdToo(ctx, rows[0] as FileRow, wish);
  }
}

/** Another document's hold on the same content: deleting the one leaves the other. */
export async function holdToo(
  ctx: WriteContext,
  row: FileRow,
  at: { attached_to_doctype: string; attached_to_name: string; attached_to_field: string | null },
): Promise<void> {
  const within = asSystem(ctx, 'a file goes with the document that names it');
  const { file_url, file_name } = row;
  await ctx.services.doors.create(within, FILE, { file_url, file_name, ...at });
}

/** His own, and nobody else has it yet. */
function isFree({ actor }: WriteContext, row: FileRow): boolean {
  return isEmpty(row.attached_to_doctype) && (row.owner === actor.user || isAdministrator(actor));
}

/** False: another document was faster. */
async function take(ctx: WriteContext, row: FileRow, wish: Readonly<Record<string, string>>): Promise<boolean> {
  const within = asSystem(ctx, 'a file goes with the document that names it');
  try {
    await ctx.services.doors.update(within, FILE, row.name, wish, { version: Number(row._version) });
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'conflict' || error.code === 'not_found')) return false;
    throw error;
  }
}

type Argument = Pick<GuardArgument, 'ctx' | 'plan' | 'doc' | 'before'>;

function newUses(argument: Argument): Use[] {
  const { texts, ...named } = fileFieldsOf(argument.ctx.snapshot, argument.plan);
  const uses: Use[] = [];
  look(argument, named, ({ value, before, path, field }) => {
    if (typeof value !== 'string' || value === before) return;
    const tail = tailOf(value);
    if (tail !== undefined) uses.push({ path, field, tail });
  });
  look(argument, texts, ({ value, before, path, field }) => {
    if (value === before) return;
    const known = new Set(filesShownIn(before));
    for (const address of filesShownIn(value)) {
      const tail = known.has(address) ? undefined : tailOf(address);
      if (tail !== undefined) uses.push({ path, field, tail, isShown: true });
    }
  });
  return uses;
}

interface Seen extends Pick<Use, 'path' | 'field'> {
  value: unknown;
  before: unknown;
}

/** Each value of these fields beside what it was: rows are known by their id. */
function look({ doc, before }: Argument, { own, rows }: Omit<FileFields, 'texts'>, see: (seen: Seen) => void): void {
  for (const { fieldname } of own)
    see({ value: doc[fieldname], before: before?.[fieldname], path: fieldname, field: fieldname });
  for (const [table, fields] of rows) {
    const stored = new Map((before ? rowsOf(before, table) : []).map((row) => [row.id, row]));
    for (const [index, row] of rowsOf(doc, table).entries())
      for (const { fieldname } of fields)
        see({
          value: row[fieldname],
          before: stored.get(row.id)?.[fieldname],
          path: `${table}[${index}].${fieldname}`,
          field: `${table}.${fieldname}`,
        });
  }
}
