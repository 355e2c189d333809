/**
 * One connection, whatever carries it: who it is, then what it asks for, one message after the other. What is
 * wrong with a message is answered; what is no message at all ends it.
 */
import { permit, planOf } from '../documents/context.ts';
import { readDocument } from '../documents/read.ts';
import type { Call } from '../http/call.ts';
import { withFreshPlan } from '../http/fresh.ts';
import { GUEST } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Hub } from './hub.ts';
import { createListener, hasNamed, type Listener, sizeOf, toError, topicOf } from './listener.ts';
import type { ClientMessage } from './messages.ts';
import type { Openings } from './openings.ts';
import type { Outbox } from './outbox.ts';

export interface Room {
  hub: Hub;
  openings: Openings;
  /** Subscriptions and open documents of one connection. */
  most: number;
}

export interface Spoken {
  listener: Listener;
  /** Never throws: what is wrong is told. */
  take(message: ClientMessage): Promise<void>;
}

/** Of a call that is signed in, or a guest's. */
export function beginSpeaking({ hub, openings, most }: Room, q: { call: Call; outbox: Outbox }): Spoken {
  const { outbox } = q;
  const listener = createListener(q.call, outbox, hub.rightsVersion());
  hub.enter(listener);
  outbox.put({ type: 'welcome', cursor: hub.cursor(), user: listener.actor.user });

  const subscribe = async ({ id, doctype, name }: ClientMessage & { type: 'subscribe' }): Promise<void> => {
    if (listener.subscriptions.has(id))
      throw new AppError('duplicate', `There is a subscription ${JSON.stringify(id)} already. Choose another id.`);
    refuseMore(listener, most);
    const named = await readable(listener, { doctype, name });
    if (listener.isEnded) return;
    const topic = topicOf(listener, doctype);
    listener.subscriptions.set(id, named === undefined ? { doctype } : { doctype, name: named });
    if (named === undefined) topic.all.add(id);
    else topic.names.set(named, (topic.names.get(named) ?? new Set()).add(id));
    hub.followers.follow(listener, doctype);
    outbox.put({ type: 'subscribed', id, cursor: hub.cursor() });
  };
  const open = async ({ doctype, name, editing }: ClientMessage & { type: 'open' }): Promise<void> => {
    if (listener.actor.user === GUEST)
      throw new AppError('unauthenticated', 'Who has a document open is told to people who are signed in.');
    if (openings.note(listener, { doctype, name, editing })) return;
    refuseMore(listener, most);
    const named = (await readable(listener, { doctype, name })) as string;
    if (listener.isEnded || openings.note(listener, { doctype, name: named, editing })) return;
    await openings.open(listener, { doctype, name: named, editing });
  };
  const act = async (message: ClientMessage): Promise<void> => {
    switch (message.type) {
      case 'subscribe':
        return subscribe(message);
      case 'unsubscribe':
        return hub.followers.unsubscribe(listener, message.id);
      case 'open':
        return open(message);
      case 'close':
        return openings.close(listener, message);
      case 'resume':
        return hub.resume(listener, message.cursor);
      case 'ping':
        return outbox.put({ type: 'pong', cursor: hub.cursor() });
      case 'hello':
        throw new AppError('bad_request', 'hello is the first message, once.');
    }
  };
  return {
    listener,
    async take(message) {
      if (listener.isEnded) return;
      try {
        await act(message);
      } catch (error) {
        outbox.put(toError(error, aboutOf(message)));
        if (error instanceof AppError) return;
        q.call.http.services.log.error({ error, type: message.type }, 'a message of the stream failed');
      }
    },
  };
}

function aboutOf(message: ClientMessage): { id?: string; doctype?: string; name?: string } {
  if ('id' in message) return { id: message.id };
  return message.type === 'open' ? { doctype: message.doctype, name: message.name } : {};
}

function refuseMore(listener: Listener, most: number): void {
  if (sizeOf(listener) < most) return;
  throw new AppError(
    'rate_limited',
    `This connection follows ${most} things, which is all that it may. End some first.`,
  );
}

/** The name that the document goes by. Throws what a read of it would: what may not be seen is not there. */
function readable(
  listener: Listener,
  { doctype, name }: { doctype: string; name?: string },
): Promise<string | undefined> {
  const { call, actor } = listener;
  // One that it follows already was looked at.
  const topic = listener.topics.get(doctype);
  if (name !== undefined && topic && hasNamed(topic, name)) return Promise.resolve(name);
  return withFreshPlan({ ...call, now: call.http.services.clock.now() }, actor, async (ctx) => {
    const plan = planOf(ctx, doctype);
    permit(ctx, plan, 'read');
    if (name === undefined) return undefined;
    return (await readDocument(ctx, { doctype, name, fields: ['name'] })).name;
  });
}
