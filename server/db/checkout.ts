/**
 * A connection out of the pool, or a quick refusal: when all are taken and none has come back for a while,
 * waiting would only make it worse, and the caller hears so while it can still do something else.
 */
import type pg from 'pg';
import { AppError } from '../kernel/error.ts';

/** A pool that makes progress gives a connection back far more often. */
const STALLED_MS = 400;

export interface Checkout {
  /** For a read. */
  take(): Promise<pg.PoolClient>;
  /** For a write, which is worth waiting for: a pause of the disk holds all writers at once and passes. */
  takePatiently(): Promise<pg.PoolClient>;
  give(client: pg.PoolClient, error?: Error | boolean): void;
}

export function createCheckout(pool: pg.Pool): Checkout {
  let lastGiven = Date.now();
  return {
    async take() {
      const isFree = pool.idleCount > 0 || pool.totalCount < pool.options.max;
      const coming = pool.connect();
      return isFree ? coming : orRefuse(coming, () => lastGiven);
    },
    takePatiently: () => pool.connect(),
    give(client, error) {
      lastGiven = Date.now();
      client.release(error);
    },
  };
}

function orRefuse(coming: Promise<pg.PoolClient>, lastGiven: () => number): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    const began = Date.now();
    let isRefused = false;
    let looks = 0;
    const look = (): void => {
      const still = Date.now() - Math.max(began, lastGiven());
      looks = still < STALLED_MS ? 0 : looks + 1;
      if (looks < 2) {
        // Looked at twice: after a pause of our own event loop, what has come meanwhile is heard first.
        timer = setTimeout(look, looks === 0 ? STALLED_MS - still : 50);
        return;
      }
      isRefused = true;
      reject(
        new AppError(
          'unavailable',
          'Every connection to the database is busy with long requests. Try again in a moment.',
        ),
      );
    };
    let timer = setTimeout(look, STALLED_MS);
    coming.then(
      (client) => {
        clearTimeout(timer);
        // It comes too late for this caller; the next one has it.
        if (isRefused) client.release();
        else resolve(client);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
