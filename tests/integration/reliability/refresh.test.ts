/** The snapshot is refreshed to what the database holds when it is asked for, whatever read is under way. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../server/db/pool.ts';
import { openSnapshotStore } from '../../../server/doctypes/store.ts';
import { openTestServices, type TestServices } from '../../support/services.ts';
import { silentLog } from '../../support/silent-log.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openTestServices();
});
afterAll(() => services?.close());

/** The real database, whose next answer waits until it is let go. */
function held(db: Database): { db: Database; hold(): { seen: Promise<void>; release(): void } } {
  let gate: Promise<void> | undefined;
  let tell: () => void = () => undefined;
  return {
    db: {
      ...db,
      async query(statement) {
        const rows = await db.query(statement);
        const wait = gate;
        gate = undefined;
        tell();
        await wait;
        return rows;
      },
    },
    hold() {
      let release: () => void = () => undefined;
      const seen = new Promise<void>((resolve) => {
        tell = resolve;
      });
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return { seen, release };
    },
  };
}

test('who asks while an older read is under way gets a newer one, and many share it', async () => {
  const { open } = services;
  const slow = held(open.db);
  const store = await openSnapshotStore({ db: slow.db, registry: open.schema.registry, log: silentLog });
  for (const name of ['Later One', 'Later Two']) {
    const { seen, release } = slow.hold();
    const early = store.refresh();
    await seen;
    // It has read the version by now; this edit is newer.
    await services.import({ name, module: 'Test', fields: [], permissions: [] });
    const late = [store.refresh(), store.refresh()];
    release();
    await early;
    for (const snapshot of await Promise.all(late)) expect(snapshot.find(name)?.name).toBe(name);
    expect(late[0]).toBe(late[1]);
  }
});
