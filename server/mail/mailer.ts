/**
 * Which way mails leave: by SMTP when a server is named; else, for a developer, into the log with their
 * links. In production without a server nothing leaves, and the log says so. Knows no letter's wording.
 */
import type { Logger, Mailer } from '../kernel/ports.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

export interface MailSettings {
  smtpUrl: string | undefined;
  /** `Name <address>`, or the address alone. */
  from: string;
  isProduction: boolean;
  log: Logger;
}

export function createMailer({ smtpUrl, from, isProduction, log }: MailSettings): Mailer {
  if (smtpUrl !== undefined) return createSmtpMailer({ url: smtpUrl, from });
  return isProduction ? noMailer() : logMailer(log);
}

function logMailer(log: Logger): Mailer {
  return {
    async send({ to, subject, text }) {
      log.info({ to, subject, text }, 'a mail was not sent, since SMTP_URL is not set; this is its text');
    },
  };
}

function noMailer(): Mailer {
  return {
    async send() {
      throw new Error('mails cannot be sent: SMTP_URL is not set');
    },
  };
}
