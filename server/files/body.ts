/**
 * The body of a request, chunk by chunk: a sender that falls silent is given up, and one that is refused in the
 * middle is heard out for a moment, since many read no answer before they have sent everything.
 */
import { AppError } from '../kernel/error.ts';

export interface Body {
  /** Throws `bad_request` when it breaks off, and when nothing comes for too long. To be read once. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** Does the work; when that throws, what is still coming is read and dropped before the error goes on. */
  orRunOut<T>(work: () => Promise<T>): Promise<T>;
}

/** What is dropped at most; who sends more loses the connection. */
const MOST_DROPPED = 64 * 1024 * 1024;
const MOST_MS = 3_000;

export function bodyOf(request: Request, idleMs: number): Body {
  const reader = request.body?.getReader();
  /** Nothing more comes, or nothing that is worth waiting for. */
  let isOver = reader === undefined;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    while (reader && !isOver) {
      const { done, value } = await next(reader, idleMs).catch((error) => {
        isOver = true;
        throw error;
      });
      if (done) isOver = true;
      else yield value;
    }
  }
  const runOut = async (): Promise<void> => {
    const until = Date.now() + MOST_MS;
    for (let dropped = 0; reader && !isOver && dropped < MOST_DROPPED && Date.now() < until; ) {
      const { done, value } = await next(reader, until - Date.now()).catch(() => ({ done: true, value: undefined }));
      isOver = done;
      dropped += value?.byteLength ?? 0;
    }
  };
  return {
    chunks,
    async orRunOut(work) {
      try {
        return await work();
      } catch (error) {
        await runOut();
        throw error;
      } finally {
        reader?.cancel().catch(() => undefined);
      }
    },
  };
}

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>;

async function next(reader: ReadableStreamDefaultReader<Uint8Array>, idleMs: number): Promise<Chunk> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `Nothing of the upload came for ${Math.round(idleMs / 1000)} seconds, so it was given up.`;
    timer = setTimeout(() => reject(new AppError('bad_request', message)), Math.max(0, idleMs));
  });
  try {
    return await Promise.race([reader.read(), late]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('bad_request', 'The upload broke off before it was complete. Nothing of it was kept.', {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
