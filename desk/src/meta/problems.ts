/** Refusals of the server, by the field of the form that they belong to: `customer`, or `items[2].qty` in a row. */

export interface Problem {
  field: string;
  message: string;
}

export interface FieldPath {
  fieldname: string;
  /** Of a child table, from 0. */
  row?: number;
  /** Below the row, as `qty` or `steps[0].title`; "" for the row itself. */
  rest: string;
}

/** `items[2].qty`, or `items.2.qty`, in its parts. */
export function parsePath(path: string): FieldPath {
  const [, fieldname = '', row, rest = ''] = /^([^.[]*)(?:[.[](\d+)\]?)?\.?(.*)$/.exec(path) ?? [];
  return { fieldname, row: row === undefined ? undefined : Number(row), rest };
}

export function rowPath(fieldname: string, row: number, rest: string): string {
  return `${fieldname}[${row}]${rest === '' ? '' : `.${rest}`}`;
}

/**
 * The first message of each field. What is wrong in a row stands under its own path, and at its table with the
 * number of the row, so that a table which is folded away or on another tab shows it too.
 */
export function errorsByField(problems: readonly Problem[]): Map<string, string> {
  const errors = new Map<string, string>();
  const add = (key: string, message: string): void => {
    if (key !== '' && !errors.has(key)) errors.set(key, message);
  };
  for (const { field, message } of problems) {
    const { fieldname, row, rest } = parsePath(field);
    if (row === undefined) add(fieldname, message);
    else {
      add(rowPath(fieldname, row, rest), message);
      add(fieldname, `Row ${row + 1}: ${message}`);
    }
  }
  return errors;
}

/** Those of one row, as a form of that row has them. */
export function errorsOfRow(errors: ReadonlyMap<string, string>, fieldname: string, row: number): Map<string, string> {
  const found: Problem[] = [];
  for (const [key, message] of errors) {
    const path = parsePath(key);
    if (path.fieldname === fieldname && path.row === row && path.rest !== '') found.push({ field: path.rest, message });
  }
  return errorsByField(found);
}

/** What is still wrong after a field was changed; of a table, what its unchanged cells were told. */
export function openProblems<P extends Problem>(
  problems: readonly P[],
  fieldname: string,
  before: unknown,
  after: unknown,
): readonly P[] {
  const mine = problems.filter(({ field }) => parsePath(field).fieldname === fieldname);
  if (mine.length === 0) return problems;
  return problems.filter((problem) => {
    const { row, rest } = parsePath(problem.field);
    if (!mine.includes(problem)) return true;
    if (row === undefined || !Array.isArray(before) || !Array.isArray(after) || before.length !== after.length)
      return false;
    const { fieldname: inRow } = parsePath(rest);
    return before[row]?.[inRow] === after[row]?.[inRow];
  });
}
