/** Conditions of permission rows: what each spelling means as a Filter, what is refused, and what lets nothing through. */
import { describe, expect, test } from 'vitest';
import { conditionOf, ruleOfCondition } from '../../../server/access/condition.ts';
import type { Actor } from '../../../server/kernel/actor.ts';
import { AppError } from '../../../server/kernel/error.ts';
import type { Filter } from '../../../server/kernel/filter.ts';

const alice: Actor = { user: 'alice', roles: ['Sales'], teams: ['North'], attributes: { region: ['EU'], level: 3 } };
const nobody: Actor = { user: 'pat', roles: [] };

/** A filter as one line. */
function said(filter: Filter): string {
  switch (filter.kind) {
    case 'condition':
      return `${filter.path} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'and':
    case 'or':
      return `(${filter.of.map(said).join(` ${filter.kind} `)})`;
    case 'not':
      return `not ${said(filter.of)}`;
    default:
      return filter.kind;
  }
}

test.each([
  ['doc.owner == user', 'owner = "alice"'],
  ['doc.owner == frappe.session.user', 'owner = "alice"'],
  ['eval:doc.owner === user', 'owner = "alice"'],
  ['doc.team in teams', 'team in ["North"]'],
  ['teams.includes(doc.team)', 'team in ["North"]'],
  ['["a", "b"].includes(doc.x)', 'x in ["a","b"]'],
  ['doc.x in ("a", "b") and doc.y != 1', '(x in ["a","b"] and y != 1)'],
  ['doc.x in ["a"] && !(doc.note == "in && out")', '(x in ["a"] and not note = "in && out")'],
  ['doc.region in attributes.region', 'region in ["EU"]'],
  ['doc.region in user.region', 'region in ["EU"]'],
  ['doc.level <= attributes.level', 'level <= 3'],
  ['3 < doc.level', 'level > 3'],
  ['doc.flag', 'flag != ""'],
  ['doc.a == null || doc.b', '(a is "not set" or b != "")'],
  ['doc.customer.territory == "EU"', 'customer.territory = "EU"'],
  ['"Sales" in roles', 'all'],
  ['"Other" in roles', 'none'],
  ['user == "alice" ? doc.a == 1 : doc.b == 1', 'a = 1'],
])('%s', (text, filter) => {
  expect(said(ruleOfCondition(text)(alice))).toBe(filter);
});

describe('fails closed', () => {
  test.each(['doc.region in attributes.region', '!(doc.region == attributes.region)', 'doc.region != user.region'])(
    '%s of somebody of whom it is not known',
    (text) => {
      expect(said(ruleOfCondition(text)(nobody))).toBe('none');
    },
  );

  test('an inherited name is no attribute', () => {
    expect(said(ruleOfCondition('doc.x == attributes.hasOwnProperty')(alice))).toBe('none');
    expect(() => ruleOfCondition('doc.x == attributes.constructor')).toThrow(AppError);
  });

  test('a text that is no condition grants nothing; none at all grants everything', () => {
    expect(said(conditionOf({ condition: 'doc.x ==' })(alice))).toBe('none');
    expect(said(conditionOf({ condition: { $ne: 1 } })(alice))).toBe('none');
    expect(said(conditionOf({ condition: '' })(alice))).toBe('all');
    expect(said(conditionOf({})(alice))).toBe('all');
  });
});

test.each([
  'doc.a + 1 == 2',
  'doc.a == doc.b',
  'process.env',
  'doc.items.length > 1 ? doc.x : 1 +',
  'fetch("x")',
  'doc["constructor"]()',
  'frappe.get_roles()',
  'doc.x like "a%"',
  '[doc.a].includes(doc.b)',
])('refuses %s with a sentence', (text) => {
  expect(() => ruleOfCondition(text)).toThrow(AppError);
});
