/**
 * `m start`: the server with its signals and its exit codes, and the lines that a person needs: address and login.
 */
import type { Command } from 'commander';
import type { Logger } from '../kernel/ports.ts';
import { createLog } from '../log.ts';
import { type RunningServer, serve } from '../main.ts';
import { PACKAGE_ROOT, readVersion } from '../package-folder.ts';
import { buildDesk, isDeskStale } from './desk.ts';
import { remark, say } from './output.ts';
import { projectConfig } from './project.ts';
import { deskOfProject } from './project-desk.ts';

/** Whatever still hangs by then is left to the operating system. */
const STOP_MS = 9_500;

export function addStart(program: Command): void {
  program
    .command('start')
    .summary('start the server')
    .description(
      'start the server: embedded PostgreSQL unless DATABASE_URL is set, migrations, the demo in an empty database',
    )
    .action(start);
}

async function start(): Promise<void> {
  const config = projectConfig();
  const log = createLog({ level: config.logLevel });
  const isCheckout = config.root === PACKAGE_ROOT;
  const desk = isCheckout ? freshDesk(config.apps) : undefined;
  const deskFolder = isCheckout ? undefined : await deskOfProject(config);
  const abort = new AbortController();
  const login = createLogin();
  const starting = serve(config, log, { signal: abort.signal, onPasswordMade: login.note, deskFolder });
  starting.catch(() => {});
  endOnSignals({ starting, abort, log });
  endOnBugs({ starting, log });
  let server: RunningServer;
  try {
    server = await starting;
  } catch (error) {
    // A signal that came during the start ends the process itself.
    if (abort.signal.aborted) return;
    throw error;
  }
  await desk;
  const seconds = process.uptime().toFixed(1);
  say(`Framework M ${readVersion()} is at ${config.publicUrl ?? server.url} after ${seconds} s. ${login.take()}`);
}

/** How to log in. A password that was made is told with the address, once there is one, and in any case before the end. */
function createLogin() {
  let made: string | undefined;
  const take = (): string => {
    const password = made;
    made = undefined;
    if (password === undefined) return 'Log in as Administrator.';
    return `Log in as Administrator with the password ${password} (made now and shown only this once; "m user passwd" sets another).`;
  };
  return {
    take,
    note(password: string): void {
      made = password;
      process.once('exit', () => made !== undefined && say(take()));
    },
  };
}

/** While the database starts. A server without a desk serves its API all the same. */
async function freshDesk(apps: readonly string[]): Promise<void> {
  if (!isDeskStale(PACKAGE_ROOT, apps)) return;
  say('Building the desk …');
  const { ok, output } = await buildDesk(PACKAGE_ROOT, { apps });
  if (!ok) remark(`The desk could not be built; the API is served without it.\n${output}`);
}

interface Ending {
  starting: Promise<RunningServer>;
  log: Logger;
}

/** The first signal lets requests finish; the second does not wait. */
function endOnSignals({ starting, abort, log }: Ending & { abort: AbortController }): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) process.exit(signal === 'SIGINT' ? 130 : 143);
    isEnding = true;
    log.info({ signal }, 'stopping: running requests finish first');
    abort.abort();
    void stopWithin({ starting, log }).then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
}

/** After an error that nobody caught, the state of the process is unknown: it says so, stops the database, and ends. */
function endOnBugs({ starting, log }: Ending): void {
  let isEnding = false;
  const end = (error: unknown, origin: string): void => {
    log.error({ error, origin }, 'an error that nobody caught: stopping');
    if (isEnding) return;
    isEnding = true;
    void stopWithin({ starting, log }).then(() => process.exit(1));
  };
  // Also for promises that are rejected with nobody to see it: Node tells both here.
  process.on('uncaughtException', end);
}

async function stopWithin({ starting, log }: Ending): Promise<void> {
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), STOP_MS));
  const stopped = starting.then((server) => server.stop()).catch(() => undefined);
  if ((await Promise.race([stopped, late])) === 'late') log.warn({}, 'not everything stopped in time');
}
