/** What the kernel asks of the outside. A port stands here when a test or a second adapter needs it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export interface IdSource {
  /** A UUID of version 7. */
  uuid(): string;
}

export interface Logger {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** Encrypts what must be readable again (Password fields). Text in, text out. */
export interface Cipher {
  encrypt(plain: string): string;
  decrypt(sealed: string): string;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html?: string;
}

export interface Mailer {
  /** Resolves when the mail was handed on; throws when it could not be, or when mails cannot be sent here. */
  send(mail: Mail): Promise<void>;
}

export interface Ports {
  clock: Clock;
  ids: IdSource;
  log: Logger;
  cipher: Cipher;
}
