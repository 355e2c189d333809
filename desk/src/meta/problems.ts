/** Refusals of the server, by the field of the form that they belong to. */

export interface Problem {
  field: string;
  message: string;
}

/** The first message of each field; what is wrong in a row stands at its table, with the number of the row. */
export function errorsByField(problems: readonly Problem[]): Map<string, string> {
  const errors = new Map<string, string>();
  for (const { field, message } of problems) {
    const [fieldname = '', row] = field.split('.');
    if (fieldname === '' || errors.has(fieldname)) continue;
    errors.set(fieldname, row !== undefined && /^\d+$/.test(row) ? `Row ${Number(row) + 1}: ${message}` : message);
  }
  return errors;
}
