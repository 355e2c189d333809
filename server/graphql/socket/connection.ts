/**
 * One socket that speaks graphql-transport-ws: greeted once, then operations. What is against the protocol closes
 * it with the protocol's code.
 */
import { CloseCode, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws';
import type { Call } from '../../http/call.ts';
import { AppError, type ErrorCode } from '../../kernel/error.ts';
import type { Edge } from '../edge.ts';
import { toGraphqlErrors } from '../errors.ts';
import type { Channel } from './channel.ts';
import { operationCall, signInSocket, withParams } from './credentials.ts';
import { createOperations, failing } from './operations.ts';

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

const TRY_LATER = 1013;
const GOING_AWAY = 1001;
const MAX_ID = 200;

export function openConnection(q: ConnectionInput): Connection {
  const { channel, edge } = q;
  const leave: (() => void)[] = [];
  let isGreeted = false;
  let isEnding = false;
  let isGone = false;
  let signedIn: Call | undefined;
  const closeWhenIdle = (): void => {
    if (isEnding && operations.count() === 0) channel.close(GOING_AWAY, 'The server is stopping');
  };
  const operations = createOperations({ edge, channel, onIdle: closeWhenIdle });
  const late = setTimeout(
    () => channel.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
    q.greetingMs,
  ).unref();

  const greet = async (params: unknown): Promise<void> => {
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
      closeFor(q, error);
    }
  };
  const subscribe = (id: string, payload: SubscribePayload): void => {
    if (!signedIn) channel.close(CloseCode.Unauthorized, 'Unauthorized');
    else if (operations.has(id))
      channel.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    else {
      const call = operationCall(signedIn);
      if (isEnding) operations.refuse(id, call, stopping());
      else if (operations.count() >= edge.limits.subscriptions) operations.refuse(id, call, tooMany(edge));
      else operations.begin(id, call, { ...payload });
    }
  };
  return {
    receive(text) {
      const message = messageOf(text);
      switch (message?.type) {
        case MessageType.ConnectionInit:
          if (isGreeted) channel.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
          else void greet(message.payload);
          return;
        case MessageType.Ping:
          void channel.send(JSON.stringify({ type: MessageType.Pong, payload: message.payload }));
          return;
        case MessageType.Pong:
          return;
        case MessageType.Subscribe:
          subscribe(message.id, message.payload);
          return;
        case MessageType.Complete:
          operations.stop(message.id);
          return;
        default:
          channel.close(CloseCode.BadRequest, 'Invalid message received');
      }
    },
    end() {
      isEnding = true;
      closeWhenIdle();
    },
    gone() {
      isGone = true;
      clearTimeout(late);
      operations.stopAll();
      for (const undo of leave.splice(0)) undo();
    },
  };
}

/** Undefined for what is none. */
function messageOf(text: string): ReturnType<typeof parseMessage> | undefined {
  try {
    const message = parseMessage(text);
    return 'id' in message && message.id.length > MAX_ID ? undefined : message;
  } catch {
    return undefined;
  }
}

const CLOSES: Partial<Record<ErrorCode, number>> = {
  unauthenticated: CloseCode.Unauthorized,
  forbidden: CloseCode.Forbidden,
  rate_limited: TRY_LATER,
  unavailable: TRY_LATER,
};

/** A greeting that is not taken. What is no refusal of ours says nothing of the inside. */
function closeFor({ channel, call }: ConnectionInput, error: unknown): void {
  if (error instanceof AppError) {
    channel.close(CLOSES[error.code] ?? CloseCode.BadRequest, error.message);
    return;
  }
  // Puts it into the log.
  toGraphqlErrors(error, failing(call));
  channel.close(CloseCode.InternalServerError, 'Internal server error');
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
