/** All listeners of this process, by what they follow; and how one loses what he may not follow any more. */
import { AppError } from '../kernel/error.ts';
import { isEmpty, type Listener, toError } from './listener.ts';

export interface Followers {
  all: ReadonlySet<Listener>;
  doctypes(): readonly string[];
  isFollowed(doctype: string): boolean;
  of(doctype: string): readonly Listener[];
  enter(listener: Listener): void;
  leave(listener: Listener): void;
  /** To be called when a listener has a topic more. */
  follow(listener: Listener, doctype: string): void;
  /** To be called when it has one less. */
  forget(listener: Listener, doctype: string): void;
  /** Ends a subscription. */
  unsubscribe(listener: Listener, id: string): void;
  /** Whoever it was is nobody any more. */
  lost(listener: Listener, error: AppError): void;
  lostDocType(listener: Listener, doctype: string, error: AppError): void;
  lostDocument(listener: Listener, doctype: string, name: string): void;
}

const SIGNED_OUT = 4401;

export function createFollowers(): Followers {
  const all = new Set<Listener>();
  const byDocType = new Map<string, Set<Listener>>();

  const drop = (listener: Listener, doctype: string): void => {
    const among = byDocType.get(doctype);
    among?.delete(listener);
    if (among?.size === 0) byDocType.delete(doctype);
  };
  const forget = (listener: Listener, doctype: string): void => {
    const topic = listener.topics.get(doctype);
    if (topic && !isEmpty(topic)) return;
    listener.topics.delete(doctype);
    drop(listener, doctype);
  };
  const unsubscribe = (listener: Listener, id: string): void => {
    const of = listener.subscriptions.get(id);
    const topic = of && listener.topics.get(of.doctype);
    if (!of || !topic) return;
    listener.subscriptions.delete(id);
    topic.all.delete(id);
    const ids = of.name === undefined ? undefined : topic.names.get(of.name);
    ids?.delete(id);
    if (of.name !== undefined && ids?.size === 0) topic.names.delete(of.name);
    forget(listener, of.doctype);
  };
  const endOne = (listener: Listener, id: string, error: AppError): void => {
    unsubscribe(listener, id);
    listener.outbox.put(toError(error, { id }));
  };
  const closeOne = (
    listener: Listener,
    { doctype, name }: { doctype: string; name: string },
    error: AppError,
  ): void => {
    const opened = listener.topics.get(doctype)?.open.get(name);
    if (!opened) return;
    opened.close();
    listener.outbox.put(toError(error, { doctype, name }));
  };
  const leave = (listener: Listener): void => {
    if (listener.isEnded) return;
    listener.isEnded = true;
    all.delete(listener);
    for (const [doctype, topic] of listener.topics) {
      for (const opened of topic.open.values()) opened.close();
      drop(listener, doctype);
    }
    listener.topics.clear();
    listener.subscriptions.clear();
  };
  return {
    all,
    doctypes: () => [...byDocType.keys()],
    isFollowed: (doctype) => byDocType.has(doctype),
    of: (doctype) => [...(byDocType.get(doctype) ?? [])],
    enter: (listener) => void all.add(listener),
    leave,
    follow(listener, doctype) {
      if (!listener.isEnded) byDocType.set(doctype, (byDocType.get(doctype) ?? new Set()).add(listener));
    },
    forget,
    unsubscribe,
    lost(listener, error) {
      listener.outbox.put(toError(error));
      listener.outbox.closeAfter(SIGNED_OUT, error.message);
      leave(listener);
    },
    lostDocType(listener, doctype, error) {
      for (const name of [...(listener.topics.get(doctype)?.open.keys() ?? [])])
        closeOne(listener, { doctype, name }, error);
      for (const [id, of] of [...listener.subscriptions]) if (of.doctype === doctype) endOne(listener, id, error);
      forget(listener, doctype);
    },
    lostDocument(listener, doctype, name) {
      const topic = listener.topics.get(doctype);
      const error = gone(doctype, name);
      closeOne(listener, { doctype, name }, error);
      for (const id of [...(topic?.names.get(name) ?? [])]) endOne(listener, id, error);
      forget(listener, doctype);
    },
  };
}

function gone(doctype: string, name: string): AppError {
  return new AppError('not_found', `There is no ${doctype} called ${JSON.stringify(name.slice(0, 140))}.`);
}
