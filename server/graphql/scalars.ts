/** The scalars of the surface, and which of them a field's values are. Values stay as they came: the doors judge them. */
import type { FieldPlan } from '../schema/plan.ts';
import type { ScalarDef } from './definitions.ts';

interface Scalar extends ScalarDef {
  /** What is expected, where a value is none of these; undefined when it is one. */
  refuse(value: unknown): string | undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WHOLE = /^[+-]?\d{1,19}$/;
const NUMERAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const INT = 2 ** 31;

const isWhole = (value: unknown): boolean =>
  Number.isSafeInteger(value) || (typeof value === 'string' && WHOLE.test(value));
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && NUMERAL.test(value));

function scalar(name: string, description: string, is: (value: unknown) => boolean, expected: string): Scalar {
  return { kind: 'SCALAR', name, description, refuse: (value) => (is(value) ? undefined : expected) };
}

const isText = (value: unknown): boolean => typeof value === 'string';

const SCALARS: readonly Scalar[] = [
  scalar('String', 'Text.', isText, 'a text'),
  scalar(
    'Int',
    'A whole number of 32 bits.',
    (value) => Number.isInteger(value) && (value as number) >= -INT && (value as number) < INT,
    'a whole number of 32 bits',
  ),
  scalar('Float', 'A number.', (value) => typeof value === 'number', 'a number'),
  scalar('Boolean', 'True or false.', (value) => typeof value === 'boolean', 'true or false'),
  scalar('ID', 'A name or an id.', (value) => isText(value) || Number.isInteger(value), 'a text'),
  scalar('uuid', 'A UUID as text.', (value) => isText(value) && UUID.test(value as string), 'a UUID'),
  scalar('timestamptz', 'A moment as RFC 3339 text in UTC, to the microsecond.', isText, 'a moment as text'),
  scalar('date', 'A day as YYYY-MM-DD.', isText, 'a day as text, YYYY-MM-DD'),
  scalar('time', 'A time of day as HH:MM:SS.', isText, 'a time as text, HH:MM:SS'),
  scalar('numeric', 'A number, exact to 15 significant digits.', isNumber, 'a number'),
  scalar('bigint', 'A whole number of 64 bits: a text beyond 2^53.', isWhole, 'a whole number'),
  scalar('json', 'Any JSON.', () => true, 'any JSON'),
];

const byName = new Map(SCALARS.map((each) => [each.name, each]));

export function findScalar(name: string): Scalar | undefined {
  return byName.get(name);
}

export function scalarOf(field: FieldPlan): string {
  if (field.sql?.type === 'uuid') return 'uuid';
  // Small numbers that the server counts itself.
  if (field.isStandard && field.sql?.type === 'bigint') return 'Int';
  return byName.has(field.type.graphql) ? field.type.graphql : 'json';
}

/**
 * Where a variable of one type may stand for another: a client that declares `$qty: Int` and filters a numeric
 * field means what it says. Each value of the first is one of the second.
 */
const WIDER: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Int', new Set(['bigint', 'numeric', 'Float', 'ID', 'json'])],
  ['Float', new Set(['numeric', 'json'])],
  ['bigint', new Set(['numeric', 'json'])],
  ['numeric', new Set(['Float', 'json'])],
  ['Boolean', new Set(['json'])],
  ['String', new Set(['ID', 'uuid', 'timestamptz', 'date', 'time', 'json'])],
  ['ID', new Set(['String', 'uuid'])],
]);

export function isWider(from: string, to: string): boolean {
  return WIDER.get(from)?.has(to) === true;
}
