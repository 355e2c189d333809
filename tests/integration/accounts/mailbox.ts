/** A real mail server of the tests, and what has arrived in it. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  to: string;
  from: string;
  subject: string;
  text: string;
}

export interface Mailbox {
  url: string;
  received: readonly Received[];
  /** The next mail to this address that was not asked for yet; fails when none comes. */
  next(to: string): Promise<Received>;
  close(): Promise<void>;
}

const PATIENCE_MS = 5000;

/** `refuses`: the server takes no mail at all. */
export async function openMailbox({ refuses = false } = {}): Promise<Mailbox> {
  const received: Received[] = [];
  const given = new Set<Received>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, done) => done(refuses ? new Error('no mail today') : null),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        for (const { address } of rcptTo)
          received.push({ to: address, from, ...parse(Buffer.concat(chunks).toString()) });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    async next(to) {
      const until = Date.now() + PATIENCE_MS;
      for (;;) {
        const mail = received.find((each) => each.to === to && !given.has(each));
        if (mail) {
          given.add(mail);
          return mail;
        }
        if (Date.now() > until) throw new Error(`no mail came to ${to}; there are ${JSON.stringify(received)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The secret behind `#name=` in a mail. */
export function secretIn(mail: Received, name: string): string {
  const secret = new RegExp(`#${name}=([\\w-]+)`).exec(mail.text)?.[1];
  if (secret === undefined) throw new Error(`no ${name} in ${mail.text}`);
  return secret;
}

function parse(raw: string): { subject: string; text: string } {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, end).replace(/\r\n[ \t]/g, ' ');
  const body = raw.slice(end + 4);
  const isQuoted = /^content-transfer-encoding: quoted-printable/im.test(head);
  return {
    subject: /^subject: (.*)$/im.exec(head)?.[1] ?? '',
    text: isQuoted
      ? body
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : body,
  };
}
