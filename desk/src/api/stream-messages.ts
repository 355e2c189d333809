/** The words of `/api/v1/stream` as the desk says and hears them. Types, and the reader of what comes. */

/** All documents of a DocType, or one of them. */
export interface Topic {
  doctype: string;
  name?: string;
}

export interface Person {
  user: string;
  full_name: string;
  /** Has typed something that is not saved yet. */
  editing?: boolean;
}

export interface DocumentEvent {
  doctype: string;
  name: string;
  event: 'insert' | 'update' | 'submit' | 'cancel' | 'delete' | 'rename';
  /** Absent where the reader may not see them. */
  modified?: string;
  by?: string;
}

/** What who follows a topic is told. */
export type Heard =
  | ({ kind: 'document' } & DocumentEvent)
  /** Anything of it may be another by now: read it again. */
  | { kind: 'all' }
  /** It may not be followed, or not any more. */
  | { kind: 'lost'; code: string };

export type Said =
  | { type: 'welcome'; cursor: string; user: string }
  | { type: 'subscribed'; id: string; cursor: string }
  | ({ type: 'event'; cursor: string } & DocumentEvent)
  | { type: 'list'; cursor: string; doctype: string }
  | { type: 'presence'; doctype: string; name: string; users: Person[] }
  | { type: 'meta' | 'notification' | 'resumed' | 'resync' | 'pong'; cursor: string }
  | { type: 'error'; id?: string; doctype?: string; name?: string; code: string };

/** Undefined for what is no message; types that are not known are passed over by whoever asks for the type. */
export function readSaid(text: unknown): Said | undefined {
  try {
    const said = JSON.parse(String(text)) as Said;
    return typeof said?.type === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
}
