/**
 * The published meta-schema (schemas/doctype.meta.schema.json) and the check of a definition against it.
 * One value at a time: what needs two values, or other DocTypes, is check.ts. The only user of Ajv here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FieldProblem } from '../kernel/error.ts';
import { checkShape, kindOf } from './check-shape.ts';
import { show } from './check-wording.ts';

/** More of one kind than a person mends in a go. */
const MAX_PROBLEMS = 200;
const FILE = join('schemas', 'doctype.meta.schema.json');

/**
 * Any value in; what keeps it from being a DocType out, each with the path of the offending value
 * (`fields[3].fieldtype`). A value that is too large or deep gets that one problem and no other.
 */
export function checkAgainstMetaSchema(value: unknown): FieldProblem[] {
  const unfit = checkShape(value);
  if (unfit.length > 0) return unfit;
  const validate = compiled();
  if (validate(value)) return [];
  const problems = new Map<string, FieldProblem>();
  for (const error of validate.errors ?? []) {
    const problem = toProblem(error);
    // One value may break several keywords at once (a type and its enum): the first says it all.
    if (!problems.has(problem.field)) problems.set(problem.field, problem);
    if (problems.size >= MAX_PROBLEMS) break;
  }
  return [...problems.values()];
}

/** Whether the rules can be asked of the definition all the same: a value is wrong, but of the right kind. */
export function isReadable(problem: FieldProblem): boolean {
  return READABLE.has(problem.code);
}

const READABLE: ReadonlySet<string> = new Set(['wrong_pattern', 'wrong_value', 'too_long']);

/** The meta-schema itself, as served at /api/meta/schema. Read once; do not change it. */
export function metaSchema(): Record<string, unknown> {
  schema ??= JSON.parse(readFileSync(schemaFile(), 'utf8')) as Record<string, unknown>;
  return schema;
}

// Both follow from a file of the package, which does not change while the process runs.
let schema: Record<string, unknown> | undefined;
let validator: ValidateFunction | undefined;

function compiled(): ValidateFunction {
  if (!validator) {
    const ajv = new Ajv2020({
      strict: true,
      strictTypes: false,
      allowUnionTypes: true,
      allErrors: true,
      verbose: true,
      ownProperties: true,
      $data: false,
    });
    validator = ajv.compile(metaSchema());
  }
  return validator;
}

/** The sources run from server/, the package from dist/server/: the root is the folder that has schemas/. */
function schemaFile(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, FILE);
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) throw new Error(`${FILE} is missing from the package; install it again`);
  }
}

function toProblem(error: ErrorObject): FieldProblem {
  const field = toPath(error);
  const where = field === '' ? 'The DocType' : field;
  const { code, wish } = isEmpty(error) ? EMPTY : wishOf(error);
  const came = error.keyword === 'required' ? '' : `; got ${cameOf(error)}`;
  const help = error.parentSchema?.description;
  const mend = typeof help === 'string' && error.keyword !== 'required' ? ` ${help}` : '';
  return { field, code, message: `${where} ${wish}${came}.${mend}` };
}

/** Older exports write "" or null for a key that they mean to leave out: no harm, unlike a wrong type. */
const EMPTY = { code: 'empty_value', wish: 'is left out when it is empty' };

function isEmpty({ keyword, data }: ErrorObject): boolean {
  return (keyword === 'type' || keyword === 'enum') && (data === null || data === '');
}

function wishOf({ keyword, params, message }: ErrorObject): { code: string; wish: string } {
  switch (keyword) {
    case 'type':
      return { code: 'wrong_type', wish: `must be ${toList(params.type)}` };
    case 'required':
      return { code: 'required', wish: 'is missing' };
    case 'const':
      return { code: 'wrong_value', wish: `must be ${show(params.allowedValue)}` };
    case 'enum':
      return {
        code: 'wrong_value',
        wish: `must be one of ${(params.allowedValues as unknown[]).map(show).join(', ')}`,
      };
    case 'maxLength':
      return { code: 'too_long', wish: `may have ${params.limit} characters` };
    case 'maxItems':
      return { code: 'too_many', wish: `may have ${params.limit} entries` };
    case 'pattern':
      return { code: 'wrong_pattern', wish: 'is not written as it should be' };
    default:
      return { code: 'wrong_value', wish: message ?? 'is not allowed' };
  }
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['null', 'null'],
]);

function toList(types: unknown): string {
  const names = (Array.isArray(types) ? types : String(types).split(',')) as string[];
  return names.map((name) => KINDS.get(name) ?? name).join(' or ');
}

function cameOf({ data, keyword }: ErrorObject): string {
  if (Array.isArray(data)) return keyword === 'maxItems' ? String(data.length) : 'a list';
  if (keyword === 'maxLength' && typeof data === 'string') return String(data.length);
  return typeof data === 'object' || data === undefined ? kindOf(data) : show(data);
}

/** `/fields/3/fieldtype` → `fields[3].fieldtype`. A missing key is the offending value itself. */
function toPath(error: ErrorObject): string {
  const keys = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (error.keyword === 'required') keys.push(String(error.params.missingProperty));
  return keys.reduce((path, key) => {
    if (/^\d+$/.test(key)) return `${path}[${key}]`;
    return path === '' ? key : `${path}.${key}`;
  }, '');
}
