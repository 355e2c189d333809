/**
 * The functions that Frappe's forms have at hand in every condition: `in_list`, `cint`, `flt`, `cstr`.
 * Their results are Frappe's, quirks included, with "," as the group separator of numbers.
 */
import type { Builtin } from './dialect.ts';
import type { Run } from './run.ts';
import { isLooselyEqual, positionIn, toText } from './values.ts';

const MAX_DECIMALS = 20;

export const FRAPPE_FUNCTIONS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['in_list', (run, [list, wanted]) => inList(run, list, wanted)],
  ['cint', (run, [value, otherwise]) => cint(run, value, otherwise)],
  ['flt', (run, [value, decimals]) => flt(run, value, decimals)],
  ['cstr', (run, [value]) => (value === null || value === undefined ? '' : toText(run, value))],
]);

function inList(run: Run, list: unknown, wanted: unknown): boolean {
  if (Array.isArray(list)) return positionIn(run, list, { wanted, from: 0, findsNaN: true }) >= 0;
  return typeof list === 'string' && list.includes(toText(run, wanted));
}

function cint(run: Run, value: unknown, otherwise: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = toText(run, value);
  const whole = Number.parseInt(text === '0' ? text : text.replace(/^0+/, ''), 10);
  if (!Number.isNaN(whole)) return whole;
  return otherwise === undefined ? 0 : otherwise;
}

function flt(run: Run, value: unknown, decimals: unknown): number {
  if (value === null || value === undefined || isLooselyEqual(run, value, '')) return 0;
  const number = typeof value === 'number' ? value : parseNumber(toText(run, value));
  return typeof decimals === 'number' ? round(number, decimals) : number;
}

/** "1,234.5", and "EUR 1,234.5" with a currency before it. */
function parseNumber(text: string): number {
  const parts = text.split(' ');
  const bare = Number.isNaN(Number.parseFloat(parts[0] as string)) ? (parts.at(-1) as string) : text;
  const number = Number.parseFloat(bare.replaceAll(',', ''));
  return Number.isNaN(number) ? 0 : number;
}

/** Commercial rounding of the decimal notation, so that 1.005 becomes 1.01. */
function round(number: number, decimals: number): number {
  if (!Number.isFinite(number)) return number;
  const places = Math.min(Math.max(Math.trunc(decimals) || 0, 0), MAX_DECIMALS);
  const [digits, exponent = '0'] = String(Math.abs(number)).split('e');
  const shifted = Math.round(Number(`${digits}e${Number(exponent) + places}`));
  const [back, backExponent = '0'] = String(shifted).split('e');
  return Math.sign(number) * Number(`${back}e${Number(backExponent) - places}`);
}
