/**
 * PostgreSQL's errors as ours: SQLSTATE to AppError, with words for people and without SQL, table or
 * constraint names. What we do not expect stays what it is and becomes a 500.
 */
import { AppError } from '../kernel/error.ts';

interface PgError extends Error {
  code?: string;
  constraint?: string;
  column?: string;
  table?: string;
}

/** An older Plan met a newer table: refresh the snapshot and run again. */
const STALE = new Set(['42703', '42P01', '42804', '42883', '0A000', '26000', '42846', '42P18', '22P03', 'FM001']);
const RETRYABLE = new Set(['40001', '40P01', '55P03']);
const UNAVAILABLE = new Set([
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '53300',
  '53400',
  '53100',
  '53200',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '25006',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'ECONNABORTED',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** We stood still for too long, within a transaction: nothing of it is written. */
const GIVEN_UP = new Set(['25P03', '25P04']);
const BAD_VALUES = new Set([
  '22001',
  '22003',
  '22007',
  '22008',
  '22012',
  '22021',
  '22023',
  '22P02',
  '22P05',
  '2201X',
  '22030',
  '22032',
  '54000',
  '22025',
  '2201B',
  '54001',
]);

export function sqlState(error: unknown): string | undefined {
  if (error instanceof AppError) return sqlState(error.cause);
  const code = (error as PgError | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function isStale(error: unknown): boolean {
  return STALE.has(sqlState(error) ?? '');
}

const OTHER_ROW = 'FM002';

/** As PostgreSQL raises it within a transaction. */
export function otherRow(): Error {
  return Object.assign(new Error('the document has been changed meanwhile'), { code: OTHER_ROW });
}

/** The row to be changed is not the one any more that the change was made for. */
export function isOtherRow(error: unknown): boolean {
  return sqlState(error) === OTHER_ROW;
}

export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlState(error) ?? '');
}

/** A statement waited longer than `lock_timeout` for somebody's lock. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** The violated constraint and table, for callers that know what it stands for. */
export function violatedConstraint(error: unknown): { code: string; constraint: string; table: string } | undefined {
  const cause = (error instanceof AppError ? error.cause : error) as PgError | undefined;
  if (!cause?.code?.startsWith('23')) return undefined;
  return { code: cause.code, constraint: cause.constraint ?? '', table: cause.table ?? '' };
}

export function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = sqlState(error) ?? '';
  const wrap = (kind: ConstructorParameters<typeof AppError>[0], message: string) =>
    new AppError(kind, message, { cause: error });
  if (code === '23505')
    return wrap('duplicate', 'A document with the same unique value exists already. Choose another value.');
  if (code === '23503')
    return wrap('linked', 'Another document refers to this one, or the one referred to does not exist.');
  if (code === '23502') return wrap('validation', 'A value that must not be empty is missing.');
  if (code === '42501' && error.message.includes('row-level security'))
    return wrap('forbidden', 'What is common to all tenants, or another tenant’s, cannot be written here.');
  if (code === '57014')
    return wrap(
      'unavailable',
      'The request took longer than the server allows, or waited too long for somebody else’s change. Try again in a moment, or ask for less: a narrower filter, a smaller page, count=none.',
    );
  if (code === '55P03')
    return wrap('unavailable', 'The document is being changed by somebody else for too long. Try again in a moment.');
  if (RETRYABLE.has(code))
    return wrap('conflict', 'Somebody changed the same documents at the same moment. Nothing was written; try again.');
  if (GIVEN_UP.has(code))
    return wrap(
      'unavailable',
      'The server came to a halt for too long, and nothing was written. Try again in a moment.',
    );
  if (UNAVAILABLE.has(code) || isConnectionLoss(error))
    return wrap('unavailable', 'The database is away. Try again in a moment.');
  if (BAD_VALUES.has(code))
    return wrap(
      'bad_request',
      'A value in the request cannot be stored or compared: it is out of range, too long or not of the field’s type.',
    );
  return error;
}

function isConnectionLoss(error: Error): boolean {
  return /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|connection ended|query read timeout/i.test(
    error.message,
  );
}
