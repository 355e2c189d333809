/**
 * Runs when a test run has ended in whatever way (postgres-setup.ts starts it behind a pipe that closes
 * then): stops the throw-away PostgreSQL of a run that was killed, and removes its folder.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../server/db/embedded.ts';
import { silentLog } from './silent-log.ts';

const folder = process.argv[2] ?? '';
const dataDir = path.join(folder, 'postgres');
if (existsSync(path.join(dataDir, 'postmaster.pid'))) {
  const orphan = await startEmbeddedPostgres({ dataDir, log: silentLog });
  await orphan.stop();
}
if (path.basename(folder).startsWith('framework-m-tests-')) await rm(folder, { recursive: true, force: true });
