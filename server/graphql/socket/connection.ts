/**
 * One socket that speaks graphql-transport-ws: greeted once, then operations under ids of the client's, each ended
 * by either side. Knows the protocol; what operations are is edge.ts's.
 */
import { CloseCode, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws';
import type { Call } from '../../http/call.ts';
import { AppError, type ErrorCode } from '../../kernel/error.ts';
import { answerOne, type Edge, follow, isSubscription } from '../edge.ts';
import { type GraphqlErrorJson, toGraphqlErrors } from '../errors.ts';
import type { Channel } from './channel.ts';
import { operationCall, signInSocket, withParams } from './credentials.ts';

export interface ConnectionInput {
  edge: Edge;
  channel: Channel;
  /** The upgrade request. */
  call: Call;
  /** So long it may wait with its greeting. */
  greetingMs: number;
  /** Gives the way out. Throws when the user has too many. */
  enter(call: Call): () => void;
}

export interface Connection {
  receive(text: string): void;
  /** Ends when what is under way is done; nothing new begins. */
  end(): void;
  /** The socket is gone. */
  gone(): void;
}

/** Under way under one id; ended by the client, its answer is not wanted any more. */
interface Operation {
  stop(): void;
}

const CLOSES: Partial<Record<ErrorCode, number>> = {
  unauthenticated: CloseCode.Unauthorized,
  forbidden: CloseCode.Forbidden,
  // Try again later.
  rate_limited: 1013,
  unavailable: 1013,
};
const GOING_AWAY = 1001;
const MAX_ID = 200;

export function openConnection(q: ConnectionInput): Connection {
  const { channel, edge } = q;
  const operations = new Map<string, Operation>();
  const leave: (() => void)[] = [];
  let isGreeted = false;
  let isEnding = false;
  let isGone = false;
  let signedIn: Call | undefined;
  const late = setTimeout(
    () => channel.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
    q.greetingMs,
  ).unref();

  const greet = async (params: unknown): Promise<void> => {
    if (isGreeted) {
      channel.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
      return;
    }
    isGreeted = true;
    clearTimeout(late);
    try {
      const call = withParams(q.call, params);
      await signInSocket(call);
      if (isGone) return;
      leave.push(q.enter(call));
      signedIn = call;
      await channel.send(JSON.stringify({ type: MessageType.ConnectionAck }));
    } catch (error) {
      if (error instanceof AppError) channel.close(CLOSES[error.code] ?? CloseCode.BadRequest, error.message);
      else {
        toGraphqlErrors(error, failing(q.call));
        channel.close(CloseCode.InternalServerError, 'Internal server error');
      }
    }
  };
  const isOpen = (id: string, operation: Operation): boolean => operations.get(id) === operation;
  const tell = (id: string, type: MessageType, payload?: string): Promise<void> =>
    channel.send(
      `{"id":${JSON.stringify(id)},"type":"${type}"${payload === undefined ? '' : `,"payload":${payload}`}}`,
    );
  const closeWhenDone = (): void => {
    if (isEnding && operations.size === 0) channel.close(GOING_AWAY, 'The server is stopping');
  };
  const done = async (id: string, operation: Operation, errors?: readonly GraphqlErrorJson[]): Promise<void> => {
    if (isOpen(id, operation)) {
      operations.delete(id);
      await (errors ? tell(id, MessageType.Error, JSON.stringify(errors)) : tell(id, MessageType.Complete));
    }
    closeWhenDone();
  };
  const followOperation = async (id: string, call: Call, given: Readonly<Record<string, unknown>>): Promise<void> => {
    const answers = follow(edge, { call, given });
    const operation = { stop: () => void answers.return?.() };
    operations.set(id, operation);
    for await (const answer of answers) {
      if (!isOpen(id, operation)) return;
      if ('errors' in answer) return done(id, operation, answer.errors);
      await tell(id, MessageType.Next, answer.text);
    }
    return done(id, operation);
  };
  const answerOperation = async (id: string, call: Call, given: Readonly<Record<string, unknown>>): Promise<void> => {
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
  const subscribe = (id: string, payload: SubscribePayload): void => {
    if (!signedIn) {
      channel.close(CloseCode.Unauthorized, 'Unauthorized');
      return;
    }
    if (operations.has(id)) {
      channel.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
      return;
    }
    const call = operationCall(signedIn);
    const given: Readonly<Record<string, unknown>> = { ...payload };
    const refused = isEnding ? stopping() : operations.size >= edge.limits.subscriptions ? tooMany(edge) : undefined;
    if (refused) void tell(id, MessageType.Error, JSON.stringify(toGraphqlErrors(refused, failing(call))));
    else if (isSubscription(edge, { call, given })) void followOperation(id, call, given);
    else void answerOperation(id, call, given);
  };
  return {
    receive(text) {
      const message = messageOf(text);
      switch (message?.type) {
        case MessageType.ConnectionInit:
          void greet(message.payload);
          return;
        case MessageType.Ping:
          void channel.send(JSON.stringify({ type: MessageType.Pong, payload: message.payload }));
          return;
        case MessageType.Pong:
          return;
        case MessageType.Subscribe:
          subscribe(message.id, message.payload);
          return;
        case MessageType.Complete: {
          const operation = operations.get(message.id);
          operations.delete(message.id);
          operation?.stop();
          return;
        }
        default:
          channel.close(CloseCode.BadRequest, 'Invalid message received');
      }
    },
    end() {
      isEnding = true;
      closeWhenDone();
    },
    gone() {
      isGone = true;
      clearTimeout(late);
      for (const { stop } of operations.values()) stop();
      operations.clear();
      for (const undo of leave.splice(0)) undo();
    },
  };
}

function messageOf(text: string): ReturnType<typeof parseMessage> | undefined {
  try {
    const message = parseMessage(text);
    return 'id' in message && message.id.length > MAX_ID ? undefined : message;
  } catch {
    return undefined;
  }
}

function failing(call: Call): { requestId: string; log: Call['http']['services']['log'] } {
  return { requestId: call.requestId, log: call.http.services.log };
}

function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping. Connect again in a moment.');
}

function tooMany({ limits }: Edge): AppError {
  return new AppError(
    'rate_limited',
    `This connection has ${limits.subscriptions} operations under way, which is all that it may. End some first.`,
  );
}
