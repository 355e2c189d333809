/** `/graphql` as a door for WebSockets: the protocol that is spoken behind it. */
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { Door } from '../../http/socket/sockets.ts';
import type { Edge } from '../edge.ts';
import { openConnection } from './connection.ts';

/** A query as long as may be, and its variables. */
const MAX_MESSAGE = 1024 * 1024;

export function graphqlDoor(edge: Edge): Door {
  return {
    path: ['graphql'],
    protocol: { name: GRAPHQL_TRANSPORT_WS_PROTOCOL, closeCode: CloseCode.SubprotocolNotAcceptable },
    binaryCode: CloseCode.BadRequest,
    maxMessage: MAX_MESSAGE,
    open: (q) => openConnection({ ...q, edge }),
  };
}
