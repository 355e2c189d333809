/** Users other than Administrator: they sign in, and are who they are. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

test('a made user with a session and a password is who they are', async () => {
  const alice = await app.user({ name: 'alice@example.com', roles: ['Clerk'], password: 'a long password' });
  const me = await alice.json('GET', '/api/v1/auth/me');
  expect(me.status).toBe(200);
  expect(me.body.user).toBe('alice@example.com');
  const login = await app.anonymous.json('POST', '/api/v1/auth/login', {
    user: 'alice@example.com',
    password: 'a long password',
  });
  expect(login.status).toBe(200);
  expect(login.body.user).toBe('alice@example.com');
});
