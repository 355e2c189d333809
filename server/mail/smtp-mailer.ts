/** Mails by SMTP, over a few kept connections. Every wait has an end, so that a mail server that hangs holds nobody up. */
import { createTransport } from 'nodemailer';
import type { Mailer } from '../kernel/ports.ts';

const CONNECT_MS = 5_000;
const SILENCE_MS = 10_000;
const MAX_CONNECTIONS = 2;

/** `url`: `smtp://user:password@host:587`, or `smtps://`. TLS is used wherever the server offers it. */
export function createSmtpMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    dnsTimeout: CONNECT_MS,
    // A letter's text never makes the mailer read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, html }) {
      // As an object: a comma or a line break in an address does not make it two, or a header.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html });
    },
  };
}
