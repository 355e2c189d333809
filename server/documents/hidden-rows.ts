/**
 * Rows of a child table that an actor is not shown of a document that he may change (`rowsWithin` of a controller):
 * a save leaves them where they are, and what is wrong is told by the places of the rows that he sees.
 */
import { type Document, rowsOf } from '../kernel/document.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { storedTables } from '../schema/stored-tables.ts';
import { accessTo } from './context.ts';
import type { Context } from './contract.ts';
import { holdsInMemory } from './rule-in-memory.ts';

export function hiddenRows(
  ctx: Context,
  q: { plan: DocTypePlan; within: DocTypePlan; rows: readonly Document[] },
): ReadonlySet<Document> {
  const { plan } = q;
  const rule = accessTo(ctx, plan, 'read', q.within).rows;
  if (rule.kind === 'all') return NONE;
  return new Set(q.rows.filter((row) => holdsInMemory(ctx, plan, rule, row) !== true));
}

const NONE: ReadonlySet<Document> = new Set();

/** Each behind the row that it stood behind, as far as that one is still there. */
export function withHidden(
  rows: readonly Document[],
  q: { stored: readonly Document[]; hidden: ReadonlySet<Document> },
): Document[] {
  if (q.hidden.size === 0) return [...rows];
  const left = new Set(rows.map(({ id }) => id));
  const behind = new Map<unknown, Document[]>();
  let place: unknown;
  for (const row of q.stored) {
    if (q.hidden.has(row)) behind.set(place, [...(behind.get(place) ?? []), { ...row }]);
    else if (left.has(row.id)) place = row.id;
  }
  return [...(behind.get(undefined) ?? []), ...rows.flatMap((row) => [row, ...(behind.get(row.id) ?? [])])];
}

/** The same error, with the rows counted as the actor sees them. */
export function asSeen(ctx: Context, q: { plan: DocTypePlan; doc: Document; error: unknown }): unknown {
  const { plan, doc, error } = q;
  if (!(error instanceof AppError) || error.errors.length === 0) return error;
  const places = new Map<string, (number | undefined)[]>();
  for (const { field, child } of storedTables(ctx.snapshot, plan)) {
    const rows = rowsOf(doc, field.fieldname);
    const hidden = hiddenRows(ctx, { plan: child, within: plan, rows });
    let seen = 0;
    if (hidden.size > 0)
      places.set(
        field.fieldname,
        rows.map((row) => (hidden.has(row) ? undefined : seen++)),
      );
  }
  if (places.size === 0) return error;
  const errors = error.errors.map((problem) => asSeenProblem(problem, places));
  return new AppError(error.code, errors[0]?.message ?? error.message, { errors, extra: error.extra, cause: error });
}

const PATH = /^(\w+)\[(\d+)\]/;

function asSeenProblem(
  problem: FieldProblem,
  places: ReadonlyMap<string, readonly (number | undefined)[]>,
): FieldProblem {
  const [path, table = '', index] = PATH.exec(problem.field) ?? [];
  const shown = path === undefined ? undefined : places.get(table);
  if (path === undefined || !shown) return problem;
  const place = shown[Number(index)];
  if (place === undefined)
    return {
      field: table,
      code: 'hidden_row',
      message: `${table} has a row with a fault that you may not see. Ask somebody who may.`,
    };
  const told = `${table}[${place}]`;
  return {
    ...problem,
    field: told + problem.field.slice(path.length),
    message: problem.message.replaceAll(path, told),
  };
}
