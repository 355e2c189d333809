/** Signing in as Frappe's clients do it: forms, a second factor, a forgotten password, guests. */
import * as OTPAuth from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { FORM, form, frappeWorld, must } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await frappeWorld();
  await must(
    app.json('POST', '/api/v1/DocType', {
      name: 'Notice',
      module: 'Test',
      autoname: 'prompt',
      fields: [{ fieldname: 'text', fieldtype: 'Data' }],
      permissions: [{ role: 'Guest', read: 1 }],
    }),
  );
  await must(app.json('POST', '/api/resource/Notice', { name: 'n', text: 'for everybody' }));
});
afterAll(() => app?.close());

const PASSWORD = 'a quite long password 1';

test('a form signs in, a GET does not, and the session ends', async () => {
  await app.user({ name: 'anna@x.test', password: PASSWORD, fields: { first_name: 'Anna', full_name: 'Anna A' } });
  const said = await app.anonymous.json('POST', '/api/method/login', form({ usr: 'anna@x.test', pwd: PASSWORD }), FORM);
  expect(said.body).toEqual({ message: 'Logged In', home_page: '/app', full_name: 'Anna A' });
  const cookies = said.headers.getSetCookie();
  expect(cookies.find((each) => each.startsWith('full_name='))).toContain('Anna%20A');
  const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
  const who = () => app.anonymous.json('GET', '/api/method/frappe.auth.get_logged_user', undefined, { cookie });
  expect((await who()).body).toEqual({ message: 'anna@x.test' });
  const out = await app.anonymous.json('POST', '/api/method/logout', {}, { cookie });
  expect(out.headers.getSetCookie().find((each) => each.startsWith('sid='))).toContain('Max-Age=0');
  expect((await who()).status).toBe(401);
  const query = new URLSearchParams({ usr: 'anna@x.test', pwd: PASSWORD });
  expect((await app.anonymous.json('GET', `/api/method/login?${query}`)).status).toBeGreaterThanOrEqual(400);
  const missing = await app.anonymous.json('POST', '/api/method/login', { usr: 'anna@x.test' });
  expect([missing.status, missing.body.exc_type]).toEqual([417, 'ValidationError']);
});

test('a second factor is asked for, then given', async () => {
  const ben = await app.user({ name: 'ben@x.test', password: PASSWORD });
  const { secret } = (await must(ben.json('POST', '/api/v1/auth/totp', { password: PASSWORD }))).body;
  const totp = new OTPAuth.TOTP({ secret });
  await must(ben.json('POST', '/api/v1/auth/totp/confirm', { otp: totp.generate({ timestamp: Date.now() - 30_000 }) }));
  const first = await app.anonymous.json('POST', '/api/method/login', { usr: 'ben@x.test', pwd: PASSWORD });
  expect(first.body).toMatchObject({ verification: { method: 'TOTP' }, tmp_id: expect.any(String) });
  expect(first.headers.getSetCookie()).toEqual([]);
  const { tmp_id } = first.body;
  const wrong = await app.anonymous.json('POST', '/api/method/login', { tmp_id, otp: '000000' });
  expect([wrong.status, wrong.body.exc_type]).toEqual([401, 'AuthenticationError']);
  const second = await app.anonymous.json('POST', '/api/method/login', { tmp_id, otp: totp.generate() });
  expect(second.body.message).toBe('Logged In');
});

test('a forgotten password tells nothing', async () => {
  const asked = ['anna@x.test', 'nobody@x.test'].map((user) =>
    app.anonymous.json('POST', '/', { cmd: 'frappe.core.doctype.user.user.reset_password', user }),
  );
  const [known, unknown] = await Promise.all(asked);
  expect(known?.status).toBe(200);
  expect(known?.text).toBe(unknown?.text);
});

test('a guest reads what is for guests, and no more', async () => {
  expect((await app.anonymous.json('GET', '/api/resource/Notice/n')).body.data.text).toBe('for everybody');
  expect((await app.anonymous.json('GET', '/api/v2/document/Notice')).body.data).toEqual([{ name: 'n' }]);
  const tries = [
    app.anonymous.json('PUT', '/api/resource/Notice/n', { text: 'x' }),
    app.anonymous.json('POST', '/api/resource/Notice', { name: 'm' }),
    app.anonymous.json('GET', '/api/resource/Task'),
    app.anonymous.json('GET', '/api/resource/Notice/n?run_method=anything'),
    app.anonymous.json('POST', '/api/method/frappe.client.get_list', { doctype: 'Notice' }),
  ];
  for (const reply of await Promise.all(tries))
    expect([reply.status, reply.body.exc_type]).toEqual([401, 'AuthenticationError']);
});
