/** A request and what its answer must and must not be: rows of the tables in these tests. */
import { expect, test } from 'vitest';
import type { Client, Reply } from '../../support/app.ts';

export interface Scenario {
  name: string;
  /** `GET /api/v1/Task?limit=1` */
  ask: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  status: number;
  /** Texts of the answer's body. */
  must?: readonly string[];
  mustNot?: readonly string[];
  check?(reply: Reply): void;
}

export function scenarios(client: () => Client, table: readonly Scenario[]): void {
  for (const scenario of table) {
    test(scenario.name, async () => {
      const [method = '', target = ''] = scenario.ask.split(' ');
      const reply = await client().json(method, target, scenario.body, scenario.headers);
      expect(reply.status, reply.text).toBe(scenario.status);
      for (const text of scenario.must ?? []) expect(reply.text).toContain(text);
      for (const text of scenario.mustNot ?? []) expect(reply.text).not.toContain(text);
      expectSound(reply);
      scenario.check?.(reply);
    });
  }
}

/** What every answer of ours has, whatever it says. */
export function expectSound(reply: Reply): void {
  expect(reply.headers.get('x-request-id')).toMatch(/^[\w.:-]{1,100}$/);
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
  if (reply.status < 400) return;
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  expect(Object.keys(reply.body)).toEqual(
    expect.arrayContaining(['type', 'title', 'status', 'detail', 'request_id', 'errors']),
  );
  expect(reply.body.status).toBe(reply.status);
  expect(reply.body.request_id).toBe(reply.headers.get('x-request-id'));
  expect(reply.text).not.toMatch(/\bselect\b.*\bfrom\b|node_modules|\.ts:\d|pg_|m_session/i);
}
