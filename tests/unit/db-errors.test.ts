/** A database that cannot be reached, or that ended the connection, is away: no fault of ours and none of the caller's. */
import { expect, test } from 'vitest';
import { toAppError } from '../../server/db/errors.ts';

const LOST = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EAI_AGAIN', '57P01', '57P05', '25P03'];

test.each(LOST)('%s', (code) => {
  const told = toAppError(Object.assign(new Error(`connect ${code} 10.0.0.5:5432`), { code }));
  expect(told).toMatchObject({ name: 'AppError', code: 'unavailable' });
  expect((told as Error).message).not.toMatch(/10\.0\.0\.5|connect/);
});
