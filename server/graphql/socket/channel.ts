/** A WebSocket that is not written to faster than its other end reads, nor read from while that end does not read. */
import type { WebSocket } from 'ws';

export interface Channel {
  /** Resolves when the system has taken it, or the socket is gone. */
  send(text: string): Promise<void>;
  /** `reason`: cut where the protocol's frame ends. */
  close(code: number, reason: string): void;
}

/** With more than this unread, nothing more is asked for. */
const MOST_UNREAD = 1024 * 1024;
/** The protocol's frame has room for so many bytes. */
const MOST_REASON = 120;

export function createChannel(socket: WebSocket): Channel {
  return {
    send(text) {
      if (socket.readyState !== socket.OPEN) return Promise.resolve();
      return new Promise((resolve) => {
        socket.send(text, () => {
          if (socket.isPaused && socket.bufferedAmount <= MOST_UNREAD) socket.resume();
          resolve();
        });
        if (socket.bufferedAmount > MOST_UNREAD) socket.pause();
      });
    },
    close(code, reason) {
      if (socket.readyState === socket.OPEN) socket.close(code, cut(reason));
    },
  };
}

function cut(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > MOST_REASON) text = text.slice(0, -1);
  return text;
}
