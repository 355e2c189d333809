/** Mails leave by SMTP, and what goes wrong with them is nobody's answer. */
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMailer } from '../../../server/mail/mailer.ts';
import { silentLog } from '../../support/silent-log.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';
import { type AccountsWorld, openAccounts } from './world.ts';

const FROM = 'Framework M <no-reply@example.test>';

describe('by SMTP', () => {
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await openMailbox();
  });
  afterAll(() => mailbox.close());

  test('a mail arrives as it was written', async () => {
    const mailer = createMailer({ smtpUrl: mailbox.url, from: FROM, isProduction: true, log: silentLog });
    await mailer.send({ to: 'ada@example.test', subject: 'Hello', text: `${'long '.repeat(40)}\n§ end\n` });
    const mail = await mailbox.next('ada@example.test');
    expect([mail.from, mail.subject, mail.text.startsWith('long long')]).toEqual([
      'no-reply@example.test',
      'Hello',
      true,
    ]);
  });

  test('one address stays one, whatever stands in it', async () => {
    const mailer = createMailer({ smtpUrl: mailbox.url, from: FROM, isProduction: true, log: silentLog });
    const before = mailbox.received.length;
    for (const to of ['ada@example.test, eve@evil.test', 'ada@example.test\r\nBcc: eve@evil.test'])
      await mailer.send({ to, subject: 'Hello', text: 'x' }).catch(() => undefined);
    expect(mailbox.received.slice(before).filter((mail) => mail.to.includes('eve'))).toEqual([]);
  });

  test('a server that never speaks is given up', async () => {
    const silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    const mailer = createMailer({
      smtpUrl: `smtp://127.0.0.1:${port}`,
      from: FROM,
      isProduction: true,
      log: silentLog,
    });
    const began = Date.now();
    await expect(mailer.send({ to: 'ada@example.test', subject: 'x', text: 'x' })).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(9000);
    silent.close();
  }, 15_000);
});

test('without a server, a developer finds the mail in the log, and production refuses', async () => {
  const lines: object[] = [];
  const log = { ...silentLog, info: (data: object) => lines.push(data) };
  const mail = { to: 'ada@example.test', subject: 'Hello', text: 'https://app.example.test/account#sign-in=abc' };
  await createMailer({ smtpUrl: undefined, from: FROM, isProduction: false, log }).send(mail);
  expect(lines).toEqual([mail]);
  const nothing = createMailer({ smtpUrl: undefined, from: FROM, isProduction: true, log });
  await expect(nothing.send(mail)).rejects.toThrow(/SMTP_URL/);
  expect(lines).toHaveLength(1);
});

describe('when mails cannot be sent', () => {
  let app: AccountsWorld;
  let refusing: Mailbox;
  beforeAll(async () => {
    refusing = await openMailbox({ refuses: true });
    app = await openAccounts({ smtpUrl: refusing.url });
    await app.user({ name: 'ada@example.test', fields: { email: 'ada@example.test' } });
  });
  afterAll(async () => {
    await app.close();
    await refusing.close();
  });

  test('who asks for one gets the usual answer, and the log has the error without the link', async () => {
    const known = await app.anonymous.json('POST', '/api/v1/auth/password/forgot', { user: 'ada@example.test' });
    const unknown = await app.anonymous.json('POST', '/api/v1/auth/password/forgot', { user: 'nobody@example.test' });
    expect([known.status, known.text]).toEqual([202, unknown.text]);
    await app.app.accounts.settle();
    expect(app.failures).toHaveLength(1);
    expect(JSON.stringify(app.failures)).not.toContain('#reset-password');
  });
});
