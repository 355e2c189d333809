/** Our server for the benchmark, on the database that DATABASE_URL names; with the desk of DESK_FOLDER where it is given. */
import { createApp } from '../../server/app.ts';
import { listen } from '../../server/http/listen.ts';
import { silentLog } from '../support/silent-log.ts';
import { PASSWORD, ROOT } from './world.ts';

const app = await createApp({
  databaseUrl: process.env.DATABASE_URL as string,
  secret: 'a secret for the benchmark only',
  adminPassword: PASSWORD,
  log: silentLog,
  root: ROOT,
  poolSize: 8,
  deskFolder: process.env.DESK_FOLDER,
});
const server = await listen(app.http, { host: '127.0.0.1', port: 0, lasting: app.lasting });
process.stdout.write(`${server.url}\n`);
process.once('SIGTERM', async () => {
  await server.close();
  await app.close();
  process.exit(0);
});
