/** Passwords outlive the step that keeps people by their id, in both directions. */
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openMigrations } from '../../../server/db/migrate.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { ROOT } from '../../support/sources.ts';

let app: TestApp | undefined;
let database: TestDatabase | undefined;
afterAll(async () => {
  await app?.close();
  await database?.drop();
});

test('who could sign in before can afterwards', async () => {
  database = await createDatabase();
  const { url } = database;
  const first = await createTestApp({ databaseUrl: url });
  await first.user({ name: 'anna@example.com', password: 'wet paint on the door' });
  await first.close();
  const migrations = openMigrations({ url, folder: path.join(ROOT, 'migrations') });
  const undone = [];
  do undone.push(await migrations.rollback());
  while (!String(undone.at(-1)).includes('0002_identity') && undone.length < 10);
  await migrations.latest();
  await migrations.close();
  app = await createTestApp({ databaseUrl: url });
  const ask = { user: 'anna@example.com', password: 'wet paint on the door' };
  expect((await app.anonymous.json('POST', '/api/v1/auth/login', ask)).status).toBe(200);
  expect(app.token).not.toBe('');
});
