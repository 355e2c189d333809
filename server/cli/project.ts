/**
 * What a command works on: the project's folder, its configuration, and its services on the database
 * that the server uses too (a running server sees what a command changes).
 */

import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ActiveApps, findActiveApps } from '../active-apps.ts';
import { audit } from '../audit/audit.ts';
import { type Config, readConfig } from '../config.ts';
import { openRunningDatabase, type RunningDatabase } from '../database.ts';
import { type Actor, systemActor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Logger } from '../kernel/ports.ts';
import { createLog } from '../log.ts';
import { PACKAGE_ROOT } from '../package-folder.ts';
import { type OpenServices, openServices } from '../services.ts';
import { withProgress } from './progress.ts';

const MARKS = ['.data', '.env', 'package.json'];

/** The nearest folder, from where the command is typed upwards, that looks like a project; else where it is typed. */
export function projectFolder(from: string = process.cwd()): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (MARKS.some((mark) => existsSync(path.join(folder, mark)))) return folder;
    if (folder === path.dirname(folder)) return from;
  }
}

/** Throws ConfigError. */
export function projectConfig(): Config {
  return readConfig(process.env, projectFolder());
}

/** Warnings and errors on standard error: standard output is the command's result. */
function commandLog(config: Config, isLeaving: () => boolean): Logger {
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel;
  const write = (line: string): void => {
    if (!isLeaving()) process.stderr.write(line);
  };
  return createLog({ level, isTerminal: process.stderr.isTTY === true, write });
}

export interface Project {
  config: Config;
  log: Logger;
  database: RunningDatabase;
  open: OpenServices;
  apps: ActiveApps;
  /** Who the command acts as: the operator. */
  actor: Actor;
}

/** Opens everything for the work and closes it again, however the work ends. `command` is the reason that the log gives. */
export async function withProject<T>(command: string, work: (project: Project) => Promise<T>): Promise<T> {
  return withDatabase(async ({ config, log, database }) => {
    const { open, apps } = await withProgress('Opening the database', async () => {
      const apps = await findActiveApps({
        root: PACKAGE_ROOT,
        folders: config.apps,
        installed: database.apps,
        isDemoWanted: false,
      });
      const open = await openServices({
        databaseUrl: database.url,
        secret: config.appSecret,
        log,
        root: PACKAGE_ROOT,
        apps: apps.modules,
        tenancy: config.tenancy,
        poolSize: Math.min(4, config.poolSize),
        statementTimeoutMs: config.statementTimeoutMs,
      });
      return { open, apps };
    });
    try {
      const actor = systemActor(`m ${command}`);
      // The one place where somebody acts with all rights and without a sign-in: that it happened is kept.
      await audit(open.db, { actor: actor.user, action: 'system', subject: `m ${command}` });
      return await work({ config, log, database, open, apps, actor });
    } finally {
      // A refresh that is under way would meet a closed pool.
      await open.store.refresh().catch(() => {});
      await open.close();
    }
  });
}

/** The operator within one tenant (`--tenant`). Throws `forbidden` for one that is not there, `bad_request` where there is only one. */
export async function actorIn({ open, actor }: Project, tenant: string | undefined): Promise<Actor> {
  if (tenant === undefined) return actor;
  if (open.tenants) return open.tenants.place(actor, tenant);
  throw new AppError('bad_request', 'There is only one tenant here: leave --tenant out, or set TENANCY=column.');
}

/** The same without services: for what must run before or without them. */
export async function withDatabase<T>(
  work: (q: { config: Config; log: Logger; database: RunningDatabase }) => Promise<T>,
): Promise<T> {
  const config = projectConfig();
  let isLeaving = false;
  const log = commandLog(config, () => isLeaving);
  const database = await withProgress('Starting the embedded PostgreSQL', () => openRunningDatabase(config, log));
  const leave = (): Promise<void> => {
    // What the pool says of a database that goes away is no news then.
    isLeaving = true;
    return database.stop();
  };
  const forget = leaveOnSignal(leave);
  try {
    return await work({ config, log, database });
  } finally {
    forget();
    await leave();
  }
}

/** A command that is interrupted does not leave the embedded database running; its transaction is rolled back. */
function leaveOnSignal(stop: () => Promise<void>): () => void {
  const leave = (signal: NodeJS.Signals): void => {
    const exit = (): never => process.exit(signal === 'SIGINT' ? 130 : 143);
    stop().then(exit, exit);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  return () => {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  };
}
