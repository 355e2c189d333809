import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PolicyQuestion } from '../../../server/kernel/policy.ts';
import { createHttpPolicy } from '../../../server/policy/http-engine.ts';
import { silentLog } from '../../support/silent-log.ts';
import { type Engine, sendJson, startEngine } from './engine.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await startEngine();
});

afterAll(() => engine?.stop());

function question(more: Partial<PolicyQuestion['principal']> = {}, doctype = 'Invoice'): PolicyQuestion {
  const principal = { user: 'alice', roles: ['Seller'], teams: ['North'], attributes: {}, ...more };
  return { principal, action: 'read', resource: { doctype } };
}

const policy = () =>
  createHttpPolicy({ url: engine.url, shape: 'cedar', timeoutMs: 500, cacheMs: 0, onError: 'deny' }, silentLog);

/** What the engine gets. */
async function sent(asked: PolicyQuestion) {
  engine.respond((response) => sendJson(response, { decision: 'Allow', diagnostics: { reason: [], errors: [] } }));
  expect(await policy().ask(asked)).toEqual({ allowed: true });
  return engine.bodies[0];
}

test('references as text; the person with attributes, and with roles, teams and tenant as parents', async () => {
  const body = await sent(question({ attributes: { region: 'EU', plants: ['A', 'B'], level: 3 }, tenant: 'acme' }));
  expect(body).toEqual({
    principal: 'User::"alice"',
    action: 'Action::"read"',
    resource: 'DocType::"Invoice"',
    context: {
      user: 'alice',
      roles: ['Seller'],
      teams: ['North'],
      tenant: 'acme',
      attributes: { region: 'EU', plants: ['A', 'B'], level: 3 },
    },
    entities: [
      {
        uid: { type: 'User', id: 'alice' },
        attrs: { region: 'EU', plants: ['A', 'B'], level: 3 },
        parents: [
          { type: 'Role', id: 'Seller' },
          { type: 'Team', id: 'North' },
          { type: 'Tenant', id: 'acme' },
        ],
      },
      { uid: { type: 'DocType', id: 'Invoice' }, attrs: {}, parents: [] },
      { uid: { type: 'Role', id: 'Seller' }, attrs: {}, parents: [] },
      { uid: { type: 'Team', id: 'North' }, attrs: {}, parents: [] },
      { uid: { type: 'Tenant', id: 'acme' }, attrs: {}, parents: [] },
    ],
  });
});

test('no name ends its own quotes', async () => {
  const body = await sent(question({ user: 'a" || User::"Administrator\\' }, 'Ünïcode "x"\n\u202e😀'));
  expect(body.principal).toBe('User::"a\\" || User::\\"Administrator\\\\"');
  expect(body.resource).toBe('DocType::"Ünïcode \\"x\\"\\u{a}\\u{202e}😀"');
  expect(body.entities[0].uid).toEqual({ type: 'User', id: 'a" || User::"Administrator\\' });
});

test('numbers that Cedar has no type for, and keys that it reads otherwise', async () => {
  const attributes = { rate: 1.25, tiny: 1e-9, huge: 2 ** 60, mixed: [1, 0.5], __entity: 'User::"root"', __extn: 'x' };
  const { entities, context } = await sent(question({ attributes }));
  expect(entities[0].attrs).toEqual({
    rate: { __extn: { fn: 'decimal', arg: '1.25' } },
    tiny: '1e-9',
    huge: '1152921504606847000',
    mixed: [1, { __extn: { fn: 'decimal', arg: '0.5' } }],
  });
  expect(context.attributes).toEqual(entities[0].attrs);
});

test.each([
  [{ decision: 'Deny' }, false],
  [{ decision: 'Allow' }, true],
  [{ decision: 'allow' }, false],
  [{ decision: true }, false],
  [{ result: true }, false],
  [['Allow'], false],
])('%j', async (answer, allowed) => {
  engine.respond((response) => sendJson(response, answer));
  expect((await policy().ask(question())).allowed).toBe(allowed);
});
