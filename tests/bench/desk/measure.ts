/** What the desk promises, measured with our server, PostgreSQL and a real Chromium on this machine. */
import os from 'node:os';
import { buildDesk, deskFolder, isDeskStale } from '../../../server/cli/desk.ts';
import { ROOT, startServer, startWorld } from '../world.ts';
import { loadTickets } from './data.ts';
import { measureFirstList } from './first-list.ts';
import { measureForm } from './form.ts';
import { measureScrolling } from './scrolling.ts';
import { comeBy } from './visitor.ts';

export async function measureDesk(q: { runs: number; slowRuns: number; all: boolean }): Promise<void> {
  if (isDeskStale(ROOT)) {
    const { ok, output } = await buildDesk(ROOT);
    if (!ok) throw new Error(`The desk could not be built:\n${output}`);
  }
  const world = await startWorld();
  try {
    await loadTickets(world.databaseUrl);
    const server = await startServer('ours.ts', { DATABASE_URL: world.databaseUrl, DESK_FOLDER: deskFolder(ROOT) });
    const visitor = await comeBy(server);
    try {
      console.log(
        `desk: load of the machine ${os.loadavg()[0]?.toFixed(1)}, ${q.runs} runs, medians (lowest to highest)`,
      );
      await measureFirstList(visitor, { runs: q.runs, isSlow: false });
      await measureFirstList(visitor, { runs: q.slowRuns, isSlow: true });
      await measureForm(visitor, q);
      await measureScrolling(visitor, q);
      console.log(`desk: load of the machine at the end ${os.loadavg()[0]?.toFixed(1)}`);
    } finally {
      await visitor.close();
      await server.stop();
    }
  } finally {
    await world.stop();
  }
}
