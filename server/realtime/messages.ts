/** The words of the stream, both ways: what a client may say, read strictly, and what it is told. Types, and their reader. */
import type { ChangeEvent } from '../kernel/changes.ts';
import { AppError, type ErrorCode } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';

export type ClientMessage =
  | { type: 'hello'; authorization?: string }
  /** All documents of a DocType, or the one that is called so. */
  | { type: 'subscribe'; id: string; doctype: string; name?: string }
  | { type: 'unsubscribe'; id: string }
  /** Somebody looks at the document; said again, whether they have begun or stopped changing it. */
  | { type: 'open'; doctype: string; name: string; editing: boolean }
  | { type: 'close'; doctype: string; name: string }
  | { type: 'resume'; cursor: string }
  | { type: 'ping' };

export interface Person {
  user: string;
  full_name: string;
  /** Has changed something that is not saved yet. */
  editing?: true;
}

export type ServerMessage =
  | { type: 'welcome'; cursor: string; user: string }
  | { type: 'subscribed'; id: string; cursor: string }
  | {
      type: 'event';
      cursor: string;
      doctype: string;
      name: string;
      event: ChangeEvent;
      modified?: string;
      by?: string;
    }
  /** Something in this list is another than it was: which, is not told. */
  | { type: 'list'; cursor: string; doctype: string }
  | { type: 'presence'; doctype: string; name: string; users: readonly Person[] }
  /** DocTypes are others than they were: read the metadata again. */
  | { type: 'meta'; cursor: string }
  /** The reader has something to look at, or something less: read notifications again. */
  | { type: 'notification'; cursor: string }
  /** All that was missed has been told. */
  | { type: 'resumed'; cursor: string }
  /** Anything may have been missed. */
  | { type: 'resync'; cursor: string }
  | { type: 'pong'; cursor: string }
  /** With `id`: that subscription is none, or none any more; with `doctype` and `name`: that document is not open. */
  | {
      type: 'error';
      id?: string;
      doctype?: string;
      name?: string;
      code: ErrorCode | 'internal';
      status: number;
      message: string;
    };

/** Longer than any name or DocType. */
const MAX_TEXT = 300;
const MAX_AUTHORIZATION = 8_192;

/** Throws `bad_request` for what is no message. Keys that are not known are passed over. */
export function readMessage(text: string): ClientMessage {
  const given = parsed(text);
  if (!isObject(given)) throw refuse('A message is a JSON object such as {"type":"ping"}.');
  const { type } = given;
  const word = (key: string, most = MAX_TEXT): string => {
    const value = given[key];
    if (typeof value === 'string' && value !== '' && value.length <= most && !value.includes('\0')) return value;
    throw refuse(`"${key}" of ${String(type)} must be a text of 1 to ${most} characters.`);
  };
  switch (type) {
    case 'hello':
      if (given.authorization === undefined || given.authorization === null) return { type };
      return { type, authorization: word('authorization', MAX_AUTHORIZATION) };
    case 'subscribe': {
      const wish = { type, id: word('id'), doctype: word('doctype') } as const;
      return given.name === undefined || given.name === null ? wish : { ...wish, name: word('name') };
    }
    case 'unsubscribe':
      return { type, id: word('id') };
    case 'open':
      if (given.editing !== undefined && typeof given.editing !== 'boolean')
        throw refuse('"editing" of open must be true or false.');
      return { type, doctype: word('doctype'), name: word('name'), editing: given.editing === true };
    case 'close':
      return { type, doctype: word('doctype'), name: word('name') };
    case 'resume':
      return { type, cursor: word('cursor') };
    case 'ping':
      return { type };
    default:
      throw refuse('"type" must be hello, subscribe, unsubscribe, open, close, resume or ping.');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(message: string): AppError {
  return new AppError('bad_request', message);
}
