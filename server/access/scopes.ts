/** What a limited credential may do at most: `*`, `read`, `write`, `Invoice`, `Invoice:read`, `*:read`. */
import type { Actor } from '../kernel/actor.ts';
import type { Right } from './grants.ts';

/** Words for several rights. */
const GROUPS: ReadonlyMap<string, ReadonlySet<Right>> = new Map([
  ['read', new Set<Right>(['select', 'read', 'report', 'export', 'print'])],
  [
    'write',
    new Set<Right>([
      'select',
      'read',
      'report',
      'export',
      'print',
      'write',
      'create',
      'delete',
      'submit',
      'cancel',
      'amend',
      'import',
      'email',
      'share',
    ]),
  ],
]);

/** True where the credential has no scopes: then it may all that its user may. */
export function isInScope(actor: Actor, doctype: string, right: Right): boolean {
  return actor.scopes === undefined || actor.scopes.some((scope) => covers(scope, doctype, right));
}

function covers(scope: string, doctype: string, right: Right): boolean {
  if (scope === '*') return true;
  const whole = GROUPS.get(scope);
  if (whole) return whole.has(right);
  const colon = scope.lastIndexOf(':');
  const [named, what] = colon < 0 ? [scope, '*'] : [scope.slice(0, colon), scope.slice(colon + 1)];
  if (named !== '*' && named !== doctype) return false;
  return what === '*' || what === right || GROUPS.get(what)?.has(right) === true;
}
