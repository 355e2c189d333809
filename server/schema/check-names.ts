/**
 * Names: of the DocType (which become tables and URLs) and of its fields (which become columns and
 * JSON keys). The grammar itself is kernel/names.ts.
 */
import { isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import {
  CHILD_KEYS,
  isDocTypeName,
  isFieldname,
  MAX_DOCTYPE_NAME,
  MAX_FIELDNAME,
  RESERVED_DOCTYPE_NAMES,
  RESERVED_FIELDNAMES,
  STANDARD_KEYS,
  snakeCase,
} from '../kernel/names.ts';
import { type CheckContext, hasColumn } from './check-context.ts';
import { MAX_COLUMNS, tooManyColumns } from './check-shape.ts';
import { show } from './check-wording.ts';

export function checkDocTypeName(context: CheckContext): FieldProblem[] {
  const { name } = context.reading.definition;
  if (!isDocTypeName(name)) {
    const message =
      `A DocType's name begins with a letter and goes on with letters (a-z), digits, spaces, "_" and "-", ` +
      `at most ${MAX_DOCTYPE_NAME} characters, no space at the ends; got ${show(context.definition.name)}.`;
    return [{ field: 'name', code: 'invalid_name', message }];
  }
  return [...(context.before ? [] : reservedName(name)), ...collision(context, name)];
}

export function checkFieldnames(context: CheckContext): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const firstAt = new Map<string, string>();
  const kept = new Set(Array.isArray(context.before?.fields) ? context.before.fields.map((f) => f?.fieldname) : []);
  for (const { field, path } of context.reading.fields) {
    const at = `${path}.fieldname`;
    const problem = fieldnameProblem(field.fieldname);
    // What is stored already is no news to its owner: our own DocType has a field `autoname`.
    if (problem && !(problem.code === 'reserved_fieldname' && kept.has(field.fieldname))) {
      problems.push({ field: at, ...problem });
    }
    const folded = field.fieldname.toLowerCase();
    const first = firstAt.get(folded);
    if (first === undefined) firstAt.set(folded, path);
    else if (folded !== '') {
      const message = `${show(field.fieldname)} is the fieldname of ${first} already (case does not count). Choose another.`;
      problems.push({ field: at, code: 'duplicate_fieldname', message });
    }
  }
  return problems;
}

export function checkColumnCount(context: CheckContext): FieldProblem[] {
  const { definition, fields } = context.reading;
  if (isSet(definition.is_virtual)) return [];
  // `doctype` is a key of every document but no column; a child row has `parent_id` besides its keys.
  const standard = STANDARD_KEYS.length - 1 + (isSet(definition.istable) ? CHILD_KEYS.length + 1 : 0);
  const count = fields.filter(hasColumn).length + standard;
  return count > MAX_COLUMNS ? [tooManyColumns(count)] : [];
}

/** Words that our own keys or Frappe's controllers use: bad as fieldnames, but no danger. */
const BORROWED = new Set([...STANDARD_KEYS, ...CHILD_KEYS, 'parent_id', 'file_list', 'flags', 'autoname']);

/** Real files take `idx` as a field of their own; it is the same column. */
const SHARED = 'idx';

function fieldnameProblem(fieldname: string): Omit<FieldProblem, 'field'> | undefined {
  if (fieldname === '')
    return { code: 'missing_fieldname', message: 'Every field needs a fieldname, such as "due_date".' };
  if (fieldname === SHARED) return undefined;
  if (RESERVED_FIELDNAMES.has(fieldname.toLowerCase())) {
    const code = BORROWED.has(fieldname) ? 'reserved_fieldname' : 'forbidden_fieldname';
    return { code, message: `${show(fieldname)} is reserved by the framework. Choose another fieldname.` };
  }
  if (isFieldname(fieldname)) return undefined;
  const message =
    `A fieldname is made of lower-case letters (a-z), digits and "_", begins with a letter or "_", ` +
    `and has at most ${MAX_FIELDNAME} characters; got ${show(fieldname)}.${repaired(fieldname)}`;
  // Frappe's own files have such a name for a section: awkward for GraphQL, harmless for everything else.
  const isOnlyDigit = /^[0-9]/.test(fieldname) && isFieldname(`_${fieldname}`);
  return { code: isOnlyDigit ? 'leading_digit' : 'invalid_fieldname', message };
}

function repaired(fieldname: string): string {
  const name = fieldname
    .slice(0, MAX_FIELDNAME)
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^(?=[0-9])/, '_');
  return /[a-z]/.test(name) && isFieldname(name) && !RESERVED_FIELDNAMES.has(name) ? ` For example ${show(name)}.` : '';
}

function reservedName(name: string): FieldProblem[] {
  if (!RESERVED_DOCTYPE_NAMES.has(name.toLowerCase())) return [];
  // Routes and inherited names begin in lower case, so "File" collides with nothing; it only confuses.
  const code = /^[a-z]/.test(name) ? 'reserved_name' : 'confusing_name';
  const message = `${show(name)} is a word of the REST routes or of JavaScript and cannot name a DocType. Add a word to it.`;
  return [{ field: 'name', code, message }];
}

function collision(context: CheckContext, name: string): FieldProblem[] {
  const key = snakeCase(name);
  for (const other of context.knownNames) {
    if (other === name || other === context.before?.name || snakeCase(other) !== key) continue;
    const message =
      `${show(name)} and the DocType ${show(other)} would both be ${show(key)} in tables and GraphQL. ` +
      `Use ${show(other)}, or a name that differs in letters or digits.`;
    return [{ field: 'name', code: 'name_collision', message }];
  }
  return [];
}
