/** The application with a mail server and a few people, for everything about accounts. */
import type { AppInput } from '../../../server/app.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';

export const PUBLIC_URL = 'https://app.example.test';
export const PASSWORD = 'four plain words here';

export interface AccountsWorld extends TestApp {
  mailbox: Mailbox;
  /** What the server logged as a failure of its own. */
  failures: unknown[];
  /** Changes System Settings. */
  settings(values: Record<string, unknown>): Promise<void>;
  logIn(user: string, password: string): Promise<number>;
}

export async function openAccounts(options: Partial<AppInput> = {}): Promise<AccountsWorld> {
  const mailbox = await openMailbox();
  const failures: unknown[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (...said: unknown[]) => failures.push(said) };
  const app = await createTestApp({ log, smtpUrl: mailbox.url, publicUrl: PUBLIC_URL, ...options });
  return {
    ...app,
    mailbox,
    failures,
    async settings(values: Record<string, unknown>) {
      const { status, text } = await app.json('PUT', '/api/v1/System%20Settings/System%20Settings', values);
      if (status !== 200) throw new Error(text);
    },
    logIn: async (user: string, password: string) =>
      (await app.anonymous.json('POST', '/api/v1/auth/login', { user, password })).status,
    async close() {
      await app.close();
      await mailbox.close();
    },
  };
}
