/**
 * What a Frappe client passes: query, form and JSON body as one set of arguments. Each method reads the few
 * that it knows by name, so nothing else that is sent (`ignore_permissions`, `flags`, `run`) reaches anything.
 */
import { isObject } from '../../kernel/json.ts';
import { parseJson } from '../body.ts';
import type { Call } from '../call.ts';
import { flagOf, refusal, wholeNumber } from '../given.ts';

export type Args = ReadonlyMap<string, unknown>;

/** Of the way the request travels, or a switch of Frappe's own code: no argument of anything. */
const NO_ARGUMENTS: ReadonlySet<string> = new Set(
  `_ cmd csrf_token debug run flags ignore_permissions ignore_user_permissions ignore_mandatory ignore_validate
  ignore_links run_as as_user in_import`.split(/\s+/),
);

/** The body wins over the query. */
export function argumentsOf(call: Call): Args {
  const args = new Map<string, unknown>();
  for (const [name, value] of [...call.query, ...Object.entries(call.given)])
    if (!NO_ARGUMENTS.has(name)) args.set(name, value);
  return args;
}

/** Throws `bad_request` when it is absent or no text; numbers become text, as names may be. */
export function textOf(args: Args, name: string): string {
  const text = optionalText(args, name);
  if (text !== undefined) return text;
  throw refusal(name, `${name} is missing: it must be a text that is not empty.`, 'required_argument');
}

/** Undefined when it is absent, null or empty. */
export function optionalText(args: Args, name: string): string | undefined {
  const given = args.get(name);
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given === 'string') return given;
  if (typeof given === 'number') return String(given);
  throw refusal(name, `${name} must be a text.`);
}

export function optionalFlag(args: Args, name: string, fallback = false): boolean {
  const given = args.get(name);
  if (given === 'True') return true;
  return flagOf(given === 'False' || given === 'None' ? false : given, name, fallback);
}

export function optionalNumber(args: Args, name: string): number | undefined {
  const given = args.get(name);
  if (given === undefined || given === null || given === '' || given === 'None' || given === 'null') return undefined;
  return wholeNumber(given, name);
}

/** A text that spells an object or a list, parsed; any other value as it is. Throws `bad_request` for broken JSON. */
export function jsonOf(args: Args, name: string): unknown {
  const given = args.get(name);
  if (typeof given !== 'string') return given;
  const text = given.trim();
  return text.startsWith('{') || text.startsWith('[') ? parseJson(text) : given;
}

/** An object, given as one or as its JSON. Throws `bad_request`. */
export function objectOf(args: Args, name: string): Record<string, unknown> {
  const value = jsonOf(args, name);
  if (isObject(value)) return value;
  throw refusal(name, `${name} must be a JSON object.`, 'required_argument');
}

/** A list, given as one or as its JSON. Throws `bad_request`. */
export function listOf(args: Args, name: string): unknown[] {
  const value = jsonOf(args, name);
  if (Array.isArray(value)) return value;
  throw refusal(name, `${name} must be a JSON list.`, 'required_argument');
}
