/**
 * Filters as people write them, in every shape of Frappe's and the contract's, to the Filter AST.
 * Says where in the parameter something is wrong; whether a field exists is asked by resolve.ts.
 */
import { ALL, type Condition, condition, type Filter } from '../kernel/filter.ts';
import { isObject } from '../kernel/json.ts';
import { conditionValue, isScalar, operatorNamed, parseOperator } from './operands.ts';
import { refusal, shown } from './request.ts';

const MAX_DEPTH = 20;
/** Brackets within the outermost: the levels, the innermost condition and the list of its values. */
const MAX_BRACKETS = MAX_DEPTH + 1;
const MAX_CONDITIONS = 500;
const MAX_PATH = 300;

type Junction = 'and' | 'or';

interface Reading {
  conditions: number;
}

/**
 * Parses the value of `filters` (JSON already parsed): a name, names, a dict, a list of conditions,
 * nested and/or lists; `joint` joins the top level (or_filters: "or"). Throws bad_request.
 */
export function parseFilters(given: unknown, where = 'filters', joint: Junction = 'and'): Filter {
  refuseDepth(given, where);
  if (given === null || given === undefined) return ALL;
  const reading: Reading = { conditions: 0 };
  if (isScalar(given)) return condition('name', '=', given);
  if (isObject(given)) return junction(joint, parseDict({ dict: given, where, reading }));
  if (!Array.isArray(given))
    throw refusal(where, `expected a list or an object of conditions, but got ${shown(given)}`);
  if (given.length === 0) return ALL;
  if (isFlatCondition(given)) return parseCondition({ list: given, where, reading });
  if (given.every(isScalar)) return condition('name', 'in', conditionValue({ operator: 'in', value: given, where }));
  return parseList({ list: given, where, reading, joint });
}

/** Lists in lists are walked without recursion first, so that a bomb costs one pass and no stack. */
function refuseDepth(given: unknown, where: string): void {
  let level: unknown[] = [given];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_BRACKETS)
      throw refusal(where, `conditions are nested deeper than ${MAX_DEPTH} levels; write them flatter`);
    const next: unknown[] = [];
    for (const value of level) {
      const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
      for (const each of inner) if (typeof each === 'object' && each !== null) next.push(each);
    }
    level = next;
  }
}

interface ListToParse {
  list: readonly unknown[];
  where: string;
  reading: Reading;
  joint?: Junction;
}

/** `["or", a, b]`, `[a, "or", b]` or `[a, b]`, which means and. */
function parseList(q: ListToParse): Filter {
  const head = junctionNamed(q.list[0]);
  if (head) return junction(head, parseEach(q, 1));
  if (q.list.some((element) => typeof element === 'string')) return parseInfix(q);
  return junction(q.joint ?? 'and', parseEach(q, 0));
}

function parseEach(q: ListToParse, from: number): Filter[] {
  return q.list
    .slice(from)
    .map((element, index) => parseElement({ element, where: `${q.where}[${index + from}]`, reading: q.reading }));
}

function parseElement(q: { element: unknown; where: string; reading: Reading }): Filter {
  const { element, where, reading } = q;
  if (isObject(element)) return junction('and', parseDict({ dict: element, where, reading }));
  if (!Array.isArray(element))
    throw refusal(where, `expected a condition such as ["status","=","Open"], but got ${shown(element)}`);
  if (element.length === 0) return ALL;
  const isGroup = typeof element[0] !== 'string' || (junctionNamed(element[0]) && element.slice(1).every(isComposite));
  return isGroup ? parseList({ list: element, where, reading }) : parseCondition({ list: element, where, reading });
}

/** Frappe's `[[…],"or",[…],"and",[…]]`: left to right, without precedence. */
function parseInfix(q: ListToParse): Filter {
  let whole = parseElement({ element: q.list[0], where: `${q.where}[0]`, reading: q.reading });
  let depth = 0;
  let last: Junction | undefined;
  for (let index = 1; index < q.list.length; index += 2) {
    const word = junctionNamed(q.list[index]);
    if (!word)
      throw refusal(
        `${q.where}[${index}]`,
        `expected "and" or "or" between conditions, but got ${shown(q.list[index])}`,
      );
    if (index + 1 >= q.list.length) throw refusal(`${q.where}[${index}]`, `a condition is missing after "${word}"`);
    const next = parseElement({ element: q.list[index + 1], where: `${q.where}[${index + 1}]`, reading: q.reading });
    if (word !== last && ++depth > MAX_DEPTH)
      throw refusal(q.where, `"and" and "or" alternate more than ${MAX_DEPTH} times`);
    whole =
      word === last && whole.kind === word
        ? { kind: word, of: [...whole.of, next] }
        : { kind: word, of: [whole, next] };
    last = word;
  }
  return whole;
}

function parseDict(q: { dict: Record<string, unknown>; where: string; reading: Reading }): Filter[] {
  return Object.entries(q.dict).map(([path, given]) => {
    const where = `${q.where}.${path}`;
    if (!Array.isArray(given)) return checked({ path, operator: '=', given, where, reading: q.reading });
    const operator = operatorNamed(given[0]);
    if (!operator || given.length !== 2)
      throw refusal(where, `expected a value or [operator, value], but got ${shown(given)}`);
    return checked({ path, operator: given[0], given: given[1], where, reading: q.reading });
  });
}

/** `[f, v]`, `[f, op, v]`, `[DocType, f, op, v]`; Frappe's fifth element is not used. */
function parseCondition(q: { list: readonly unknown[]; where: string; reading: Reading }): Filter {
  const { list, where, reading } = q;
  if (list.length === 2) return checked({ path: list[0], operator: '=', given: list[1], where, reading });
  if (list.length === 3) return checked({ path: list[0], operator: list[1], given: list[2], where, reading });
  if (list.length !== 4 && list.length !== 5) {
    throw refusal(
      where,
      `a condition is [field, operator, value] or [DocType, field, operator, value], but got ${shown(list)}`,
    );
  }
  const [doctype, path] = list;
  if (typeof doctype !== 'string' || /[`.]/.test(doctype) || doctype === '') {
    throw refusal(`${where}[0]`, `expected the name of a DocType, but got ${shown(doctype)}`);
  }
  if (typeof path !== 'string') throw refusal(`${where}[1]`, `expected the name of a field, but got ${shown(path)}`);
  return checked({ path: `\`tab${doctype}\`.${path}`, operator: list[2], given: list[3], where, reading });
}

interface GivenCondition {
  path: unknown;
  operator: unknown;
  given: unknown;
  where: string;
  reading: Reading;
}

function checked(q: GivenCondition): Filter {
  if (++q.reading.conditions > MAX_CONDITIONS)
    throw refusal(q.where, `a filter has at most ${MAX_CONDITIONS} conditions`);
  if (typeof q.path !== 'string' || q.path === '' || q.path.length > MAX_PATH) {
    throw refusal(q.where, `expected the name of a field first, but got ${shown(q.path)}`);
  }
  const { operator, value } = parseOperator(q);
  const found: Condition = { path: q.path, operator, value: conditionValue({ operator, value, where: q.where }) };
  return { kind: 'condition', ...found };
}

/** `["status","=","Open"]` without the outer list: a common slip that can mean only one thing. */
function isFlatCondition(list: readonly unknown[]): boolean {
  if (typeof list[0] !== 'string') return false;
  if (list.length === 3) return operatorNamed(list[1]) !== undefined;
  return (list.length === 4 || list.length === 5) && operatorNamed(list[2]) !== undefined;
}

function junction(kind: Junction, of: readonly Filter[]): Filter {
  if (of.length === 0) return ALL;
  return of.length === 1 ? (of[0] as Filter) : { kind, of };
}

function junctionNamed(word: unknown): Junction | undefined {
  const lower = typeof word === 'string' ? word.trim().toLowerCase() : '';
  return lower === 'and' || lower === 'or' ? lower : undefined;
}

function isComposite(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
