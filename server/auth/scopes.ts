/** Scopes of API keys and access tokens as people write them: `read`, `write`, `Invoice`, `Invoice:read`, `*:read`, `*`. */
import { AppError } from '../kernel/error.ts';

const RIGHTS: ReadonlySet<string> = new Set([
  'select',
  'read',
  'write',
  'create',
  'delete',
  'submit',
  'cancel',
  'amend',
  'report',
  'import',
  'export',
  'print',
  'email',
  'share',
  '*',
]);
const MAX_SCOPES = 50;
const DOCTYPE = /^[A-Za-z][A-Za-z0-9 _-]{0,60}$/;

/** Undefined: all that the user may; so is a list that holds `*`. Throws `bad_request` for what is no scope. */
export function parseScopes(given: unknown): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_SCOPES) throw refuse(given);
  for (const scope of given) if (typeof scope !== 'string' || !isScope(scope)) throw refuse(scope);
  return given.includes('*') ? undefined : [...new Set(given as string[])];
}

function isScope(scope: string): boolean {
  const colon = scope.lastIndexOf(':');
  const [doctype, right] = colon < 0 ? [scope, '*'] : [scope.slice(0, colon), scope.slice(colon + 1)];
  return (doctype === '*' || DOCTYPE.test(doctype)) && RIGHTS.has(right);
}

function refuse(came: unknown): AppError {
  const message = `scopes must be a list of 1 to ${MAX_SCOPES} texts such as "read", "write", "Invoice:read" or "*"; it has ${JSON.stringify(came)?.slice(0, 100)}.`;
  return new AppError('bad_request', message, { errors: [{ field: 'scopes', code: 'scope', message }] });
}
