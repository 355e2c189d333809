/**
 * One question over HTTP and the whole of the engine's answer, within a time and a size. Follows no redirect.
 * The operator sets the address, so it may be an internal one.
 */

export interface Exchange {
  url: string;
  timeoutMs: number;
  /** Sent as a Bearer token; never logged. */
  token?: string;
}

/** The engine did not answer, or says itself that it cannot at the moment: others need not try now. */
export class EngineDown extends Error {}

const MAX_BYTES = 64 * 1024;

/** The parsed JSON of a 200. Throws EngineDown, or an Error for an answer that is none. */
export async function exchange(q: Exchange, body: unknown): Promise<unknown> {
  const { status, text } = await send(q, JSON.stringify(body));
  if (status === 429 || status >= 500) throw new EngineDown(`it answered with status ${status}`);
  if (status !== 200) throw new Error(`it answered with status ${status}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its answer is no JSON');
  }
}

async function send(q: Exchange, body: string): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(q.timeoutMs);
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(q.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(q.token === undefined ? {} : { authorization: `Bearer ${q.token}` }),
        },
      });
      return { status: response.status, text: await textOf(response) };
    } catch (error) {
      if (error instanceof TooLarge) throw error;
      if (signal.aborted) throw new EngineDown(`it did not answer within ${q.timeoutMs} ms`);
      if (attempt > 1 || !isWorn(error)) throw new EngineDown(`it cannot be reached (${reasonOf(error)})`);
    }
  }
}

class TooLarge extends Error {}

/** To its end or to the limit: a body left unread holds the connection. */
async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (size > MAX_BYTES) throw new TooLarge(`its answer is larger than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** A kept connection that the engine closed as we wrote; asking twice does no harm. */
const WORN: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

function isWorn(error: unknown): boolean {
  return WORN.has(codeOf(error));
}

function codeOf(error: unknown): unknown {
  const { cause } = error as { cause?: { code?: unknown } };
  return cause?.code;
}

function reasonOf(error: unknown): string {
  return String(codeOf(error) ?? (error as Error).message);
}
