/** The reasons for and against one right, as sentences. */
import type { Right } from '../access/grants.ts';
import { grantsFor, rowsOfGrant } from '../access/row-rules.ts';
import { type DocPerm, isSet } from '../kernel/doctype.ts';
import type { RuleExplained, ShareExplained, UserPermissionExplained } from './explain-rules.ts';
import type { Subject } from './explain-subject.ts';

interface Parts {
  right: Right;
  row_rule: RuleExplained | null;
  user_permissions: readonly UserPermissionExplained[];
  shares: readonly ShareExplained[];
}

export async function reasonsFor(subject: Subject, q: Parts): Promise<string[]> {
  const { plan, actor } = subject;
  const { right } = q;
  const grants = grantsFor({ plan, actor, right });
  const reasons: string[] = [];
  for (const row of grants) reasons.push(await sayGrant(subject, row, right));
  if (grants.length === 0) reasons.push(`No permission row of the user's roles gives ${right}.`);
  else if (!grants.every((row) => isSet(row.if_owner))) reasons.push(...sayRestrictions(q));
  if (grants.length > 0 && q.row_rule && !q.row_rule.holds)
    reasons.push(`The DocType shows only rows whose ${q.row_rule.field} matches the user, and this one's does not.`);
  reasons.push(...sayShares(q));
  const needs = ALSO.get(right);
  if (needs) reasons.push(`To ${right} a document needs the right ${needs} on it too.`);
  return reasons;
}

const ALSO: ReadonlyMap<Right, Right> = new Map([
  ['submit', 'write'],
  ['cancel', 'write'],
  ['amend', 'read'],
] as const);

async function sayGrant(subject: Subject, row: DocPerm, right: Right): Promise<string> {
  const limits = [
    ...(isSet(row.if_owner) && right !== 'create' ? ['for documents that the user made'] : []),
    ...(typeof row.condition === 'string' && row.condition.trim() !== '' ? [`where ${row.condition.trim()}`] : []),
  ];
  const gives = `${row.role} gives ${right}${isSet(row[right]) ? '' : ' (by another right of the row)'}`;
  if (limits.length === 0) return `${gives}.`;
  const isMet = !subject.doc || right === 'create' || (await subject.holds(rowsOfGrant(row, subject.actor, false)));
  return `${gives} ${limits.join(', ')}${isMet ? '' : ': not this one'}.`;
}

function sayRestrictions(q: Parts): string[] {
  return q.user_permissions.flatMap(({ allow, allowed, holds, outside }) => {
    if (holds) return [];
    const found = outside.map(({ field, value }) => `${field} is ${value}`).join(', ');
    const detail = found === '' ? 'a link leads elsewhere or is empty' : found;
    return [`User Permissions allow only the ${allow} ${allowed.join(', ')}, and ${detail}.`];
  });
}

function sayShares(q: Parts): string[] {
  const asked = q.right === 'select' ? 'read' : q.right;
  return q.shares.flatMap((share) => {
    if (!(share.rights as readonly string[]).includes(asked)) return [];
    const what = `${share.shared_by} has shared it ${share.everyone ? 'with everyone' : 'with the user'}`;
    return (share.worth as readonly string[]).includes(asked)
      ? [`${what}.`]
      : [`${what}, but may not ${asked} it any more, so that is worth nothing.`];
  });
}
