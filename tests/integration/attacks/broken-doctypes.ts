/** Tables of DocTypes that must be refused, and what is asked of every refusal. */
import { expect, test } from 'vitest';
import { fingerprint, refused } from './oracles.ts';
import type { World } from './world.ts';

export interface Scene {
  world: World;
  /** The fingerprint of what was there. */
  before: Record<string, unknown>;
}

export const data = (fieldname: string, more: object = {}): object => ({ fieldname, fieldtype: 'Data', ...more });
export const docType = (more: object): Record<string, unknown> => ({
  name: 'Victim',
  module: 'Attacks',
  fields: [data('title')],
  permissions: [],
  ...more,
});
export const POST = 'POST /api/v1/DocType';

export interface Broken {
  body: unknown;
  /** Where the answer says the value is; a regular expression. */
  at?: RegExp;
  status?: readonly number[];
  /** Milliseconds, where a big body takes its time to be read at all. */
  limit?: number;
}

/** A test for each, and one that they left nothing behind. */
export function eachRefused(at: () => Scene, table: Record<string, Broken>): void {
  test.each(Object.entries(table))('%s', async (_, { body, at: place, status = [400, 409], limit }) => {
    const reply = await refused(at().world, { ask: POST, body, status, limit });
    if (place) expect(reply.body.errors.map((problem: { field: string }) => problem.field).join(' ')).toMatch(place);
    const name = (body as { name?: unknown } | null)?.name;
    if (
      typeof name === 'string' &&
      name !== '' &&
      name.length < 100 &&
      status.includes(400) &&
      !/^[a-z]|^Note$|^DocType$/.test(name)
    ) {
      expect((await at().world.json('GET', `/api/meta/${encodeURIComponent(name)}`)).status).toBe(404);
    }
  });
  test('they left nothing behind', async () => expect(await fingerprint(at().world)).toEqual(at().before));
}
