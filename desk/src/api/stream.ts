/**
 * The one connection of a window to `/api/v1/stream`: it comes back by itself, later each time, says again what is
 * followed, and goes on from the last thing that it heard, or at first from what was there when the page began. Nothing
 * is lost between a read and what follows it.
 */
import { delayOf } from './back-off.ts';
import { type Heard, type Person, readSaid, type Said, type Topic } from './stream-messages.ts';
import { createTopics } from './stream-topics.ts';

/** `idle`: nobody is signed in. `down`: it failed, and is tried again. */
export type StreamState = 'idle' | 'connecting' | 'live' | 'down';

export interface Opening {
  note(isEditing: boolean): void;
  close(): void;
}

export interface Stream {
  /** `from`: the cursor of a moment before anything was read. Without it, all is read again once it is followed. */
  start(from?: string): void;
  stop(): void;
  /** At once, whatever it waits for. */
  retry(): void;
  follow(topic: Topic, listener: (heard: Heard) => void): () => void;
  /** Tells others that this window has the document open, and who else has. */
  open(topic: Required<Topic>, listener: (people: readonly Person[]) => void): Opening;
  onState(listener: (state: StreamState) => void): void;
  /** DocTypes are others than they were. */
  onMeta(listener: () => void): void;
  /** The user has something to look at, or something less. */
  onNotice(listener: () => void): void;
  /** Everything that is followed is told to read again: for where no stream comes through. */
  stale(): void;
}

/** Where it is, and what is done when the server says that nobody is signed in. */
export interface StreamInput {
  url(): string;
  signedOut(): unknown;
}

const PING_MS = 25_000;
/** So long an answer may take, and a connection until it is welcomed. */
const ANSWER_MS = 10_000;
/** A connection that held so long was a good one: the next failure is the first again. */
const GOOD_MS = 10_000;
/** What is let go and asked for again at once, as from one page to the next, goes on. */
const LINGER_MS = 1_000;
const STOPPING: ReadonlySet<number> = new Set([1001, 1012, 1013, 4429]);
const SIGNED_OUT = 4401;
/** Of no process: all may have been missed. */
const NO_CURSOR = '0';

export function createStream(q: StreamInput): Stream {
  const topics = createTopics();
  const states = new Set<(state: StreamState) => void>();
  const metas = new Set<() => void>();
  const notices = new Set<() => void>();
  let state: StreamState = 'idle';
  let socket: WebSocket | undefined;
  let cursor: string | undefined;
  let resuming = 0;
  let attempt = 0;
  let welcomed = 0;
  let wasLive = false;
  let heardAt = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  let late: ReturnType<typeof setTimeout> | undefined;

  function become(next: StreamState): void {
    if (state === next) return;
    state = next;
    for (const listener of states) listener(next);
  }

  function say(message: Readonly<Record<string, unknown>>): void {
    if (state === 'live' && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  function connect(): void {
    clearTimeout(again);
    if (socket || state === 'idle') return;
    if (state !== 'down') become('connecting');
    const own = new WebSocket(q.url());
    socket = own;
    own.onmessage = ({ data }) => {
      const said = readSaid(data);
      if (own === socket && said) hear(said);
    };
    own.onclose = ({ code }) => lose(own, code);
    expectAnswer(own);
  }

  /** Somebody between may hold a connection open that leads nowhere. */
  function expectAnswer(own: WebSocket): void {
    clearTimeout(late);
    const since = Date.now();
    late = setTimeout(() => {
      if (own !== socket || heardAt >= since) return;
      own.close();
      lose(own, 1006);
    }, ANSWER_MS);
  }

  function lose(own: WebSocket, code: number): void {
    if (own !== socket) return;
    socket = undefined;
    resuming = 0;
    clearTimeout(late);
    for (const { topic } of topics.opened.values()) topics.show(topic, []);
    if (state === 'idle') return;
    if (code === SIGNED_OUT) {
      stop();
      q.signedOut();
      return;
    }
    if (welcomed > 0 && Date.now() - welcomed > GOOD_MS) attempt = 0;
    welcomed = 0;
    become('down');
    again = setTimeout(connect, delayOf({ attempt, isStopping: STOPPING.has(code) }, Math.random()));
    attempt += 1;
  }

  function hear(said: Said): void {
    heardAt = Date.now();
    if (said.type === 'resumed' || said.type === 'resync') resuming = Math.max(0, resuming - 1);
    // Until what was missed is told, what comes in between is no place to go on from.
    if ('cursor' in said && resuming === 0 && said.type !== 'welcome') cursor = said.cursor;
    act(said);
  }

  function act(said: Said): void {
    if (said.type === 'welcome') begin();
    else if (said.type === 'event') {
      const { type: _, cursor: __, ...event } = said;
      topics.tell({ doctype: event.doctype }, { kind: 'document', ...event });
      topics.tell({ doctype: event.doctype, name: event.name }, { kind: 'document', ...event });
    } else if (said.type === 'list') topics.tellAll({ kind: 'all' }, said.doctype);
    else if (said.type === 'presence') topics.show(said, said.users);
    else if (said.type === 'meta') tellEach(metas);
    else if (said.type === 'notification') tellEach(notices);
    else if (said.type === 'error') refuse(said);
    else if (said.type === 'resync') {
      topics.tellAll({ kind: 'all' });
      tellEach(notices);
      // The page has read them a moment ago.
      if (wasLive) tellEach(metas);
    }
    if (said.type === 'resumed' || said.type === 'resync') wasLive = true;
  }

  function tellEach(listeners: ReadonlySet<() => void>): void {
    for (const listener of listeners) listener();
  }

  function begin(): void {
    welcomed = Date.now();
    become('live');
    for (const { id, topic } of topics.followed.values()) say({ type: 'subscribe', id, ...topic });
    for (const { topic, editors } of topics.opened.values()) say({ type: 'open', ...topic, editing: editors.size > 0 });
    resume();
  }

  function resume(): void {
    if (state !== 'live') return;
    resuming += 1;
    say({ type: 'resume', cursor: cursor ?? NO_CURSOR });
  }

  function refuse({ id, doctype, name, code }: Said & { type: 'error' }): void {
    const one = id === undefined ? undefined : topics.ofId(id);
    if (one) {
      topics.tell(one.topic, { kind: 'lost', code });
      topics.lose(one);
    } else if (doctype !== undefined && name !== undefined) topics.show({ doctype, name }, []);
  }

  function stop(): void {
    clearTimeout(again);
    clearTimeout(late);
    const own = socket;
    socket = undefined;
    cursor = undefined;
    wasLive = false;
    attempt = 0;
    become('idle');
    own?.close(1000);
  }

  setInterval(() => {
    if (state !== 'live' || !socket) return;
    say({ type: 'ping' });
    expectAnswer(socket);
  }, PING_MS);

  return {
    start(from) {
      if (state !== 'idle') return;
      cursor = from;
      become('connecting');
      connect();
    },
    stop,
    retry() {
      attempt = 0;
      connect();
    },
    follow(topic, listener) {
      const { one, isNew } = topics.follow(topic);
      one.listeners.add(listener);
      if (isNew) {
        say({ type: 'subscribe', id: one.id, ...topic });
        // What happens while it is being subscribed is told after it.
        resume();
      }
      return () => {
        one.listeners.delete(listener);
        setTimeout(() => {
          if (one.listeners.size > 0 || topics.ofId(one.id) === undefined) return;
          topics.drop(topic);
          say({ type: 'unsubscribe', id: one.id });
        }, LINGER_MS);
      };
    },
    open(topic, listener) {
      const { one, isNew } = topics.open(topic);
      const me = {};
      one.listeners.add(listener);
      if (isNew) say({ type: 'open', ...topic, editing: false });
      else listener(one.people);
      const note = (isEditing: boolean): void => {
        const before = one.editors.size > 0;
        if (isEditing) one.editors.add(me);
        else one.editors.delete(me);
        if (before !== one.editors.size > 0) say({ type: 'open', ...topic, editing: !before });
      };
      return {
        note,
        close() {
          note(false);
          one.listeners.delete(listener);
          if (one.listeners.size > 0) return;
          topics.close(topic);
          say({ type: 'close', ...topic });
        },
      };
    },
    onState(listener) {
      states.add(listener);
    },
    onMeta(listener) {
      metas.add(listener);
    },
    onNotice(listener) {
      notices.add(listener);
    },
    stale: () => topics.tellAll({ kind: 'all' }),
  };
}
