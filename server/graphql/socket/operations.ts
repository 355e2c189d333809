/** The operations of one socket, under ids of the client's: each is answered once, or followed until either side ends it. */
import { MessageType } from 'graphql-ws';
import type { Call } from '../../http/call.ts';
import type { AppError } from '../../kernel/error.ts';
import { answerOne, type Edge, follow, isSubscription } from '../edge.ts';
import { type GraphqlErrorJson, toGraphqlErrors } from '../errors.ts';
import type { Channel } from './channel.ts';
import { signInSocket } from './credentials.ts';

export interface Operations {
  has(id: string): boolean;
  count(): number;
  begin(id: string, call: Call, given: Readonly<Record<string, unknown>>): void;
  /** The operation is not begun: this is why. */
  refuse(id: string, call: Call, why: AppError): void;
  /** Its answer is not wanted any more. */
  stop(id: string): void;
  stopAll(): void;
}

interface Operation {
  stop(): void;
}

/** `onIdle`: called when the last one that was under way has ended by itself. */
export function createOperations(q: { edge: Edge; channel: Channel; onIdle(): void }): Operations {
  const { edge, channel } = q;
  const operations = new Map<string, Operation>();
  const isOpen = (id: string, operation: Operation): boolean => operations.get(id) === operation;
  const tell = (id: string, type: MessageType, payload?: string): Promise<void> => {
    const rest = payload === undefined ? '' : `,"payload":${payload}`;
    return channel.send(`{"id":${JSON.stringify(id)},"type":"${type}"${rest}}`);
  };
  const done = async (id: string, operation: Operation, errors?: readonly GraphqlErrorJson[]): Promise<void> => {
    if (isOpen(id, operation)) {
      operations.delete(id);
      await (errors ? tell(id, MessageType.Error, JSON.stringify(errors)) : tell(id, MessageType.Complete));
    }
    if (operations.size === 0) q.onIdle();
  };
  const followed = async (id: string, call: Call, given: Readonly<Record<string, unknown>>): Promise<void> => {
    const answers = follow(edge, { call, given });
    const operation = { stop: () => void answers.return?.() };
    operations.set(id, operation);
    for await (const answer of answers) {
      if (!isOpen(id, operation)) break;
      if ('errors' in answer) return done(id, operation, answer.errors);
      // Not before it is taken: what is newer by then is sent instead.
      await tell(id, MessageType.Next, answer.text);
    }
    return done(id, operation);
  };
  const answered = async (id: string, call: Call, given: Readonly<Record<string, unknown>>): Promise<void> => {
    const operation = { stop: () => undefined };
    operations.set(id, operation);
    try {
      await signInSocket(call);
    } catch (error) {
      return done(id, operation, toGraphqlErrors(error, failing(call)));
    }
    const { text, errors } = await answerOne(edge, { call, given });
    if (!errors && isOpen(id, operation)) await tell(id, MessageType.Next, text);
    return done(id, operation, errors);
  };
  const stop = (id: string): void => {
    const operation = operations.get(id);
    operations.delete(id);
    operation?.stop();
  };
  return {
    has: (id) => operations.has(id),
    count: () => operations.size,
    begin(id, call, given) {
      void (isSubscription(edge, { call, given }) ? followed : answered)(id, call, given);
    },
    refuse(id, call, why) {
      void tell(id, MessageType.Error, JSON.stringify(toGraphqlErrors(why, failing(call))));
    },
    stop,
    stopAll() {
      for (const id of [...operations.keys()]) stop(id);
    },
  };
}

/** For what is logged of a failure of ours. */
export function failing(call: Call): { requestId: string; log: Call['http']['services']['log'] } {
  return { requestId: call.requestId, log: call.http.services.log };
}
