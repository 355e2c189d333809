/**
 * `m console`: Node's prompt with the services at hand, as the Administrator. What is piped into it runs as
 * one script instead: an expression is printed, anything else prints what it logs.
 */

import { start } from 'node:repl';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import type { Command } from 'commander';
import type { Doors } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { createContext, type OpenServices } from '../services.ts';
import { remark, say } from './output.ts';
import { actorIn, type Project, withProject } from './project.ts';

export function addConsole(program: Command): void {
  program
    .command('console')
    .summary('a JavaScript prompt with the services')
    .description(
      'a JavaScript prompt with app (services, store, db) and doors (get, list, create, update, remove, submit, cancel); runs a script on standard input',
    )
    .option('--tenant <name>', 'within this tenant (TENANCY=column)')
    .action(({ tenant }: { tenant?: string }) => withProject('console', (project) => runConsole(project, tenant)));
}

interface Scope {
  app: OpenServices;
  doors: Readonly<Record<string, (...rest: unknown[]) => unknown>>;
}

async function runConsole(project: Project, tenant: string | undefined): Promise<void> {
  const { open } = project;
  const actor = await actorIn(project, tenant);
  const scope = { app: open, doors: boundDoors(open, () => createContext(open, actor)) };
  if (!process.stdin.isTTY) return runScript(await text(process.stdin), scope);
  remark('For example: await doors.list("User", { fields: ["name"] })    app is everything; .exit ends.');
  const repl = start({ prompt: 'm> ', useGlobal: false });
  Object.assign(repl.context, scope);
  await new Promise<void>((resolve) => repl.once('exit', () => resolve()));
}

/** Each call under a context of its own: what was changed meanwhile is seen. */
function boundDoors(open: OpenServices, context: () => ReturnType<typeof createContext>): Scope['doors'] {
  const { doors } = open.services;
  const names = Object.keys(doors) as (keyof Doors)[];
  const bind =
    (name: keyof Doors) =>
    (...rest: unknown[]) =>
      (doors[name] as (...all: unknown[]) => unknown)(context(), ...rest);
  return Object.fromEntries(names.map((name) => [name, bind(name)]));
}

type Script = (app: unknown, doors: unknown) => Promise<unknown>;

async function runScript(source: string, scope: Scope): Promise<void> {
  const expression = compile(`return (${source.trim().replace(/;$/, '')}\n)`);
  const script = expression ?? compile(source);
  if (!script) throw new AppError('bad_request', `Standard input is no JavaScript: ${complaint(source)}.`);
  const value = await script(scope.app, scope.doors).catch((error: unknown) => {
    throw error instanceof AppError
      ? error
      : new AppError('bad_request', `The script failed: ${String(error)}`, { cause: error });
  });
  if (expression && value !== undefined)
    say(inspect(value, { depth: 6, maxArrayLength: 1000, maxStringLength: 100_000 }));
}

/** Undefined when it does not parse. */
function compile(body: string): Script | undefined {
  try {
    return toFunction(body);
  } catch {
    return undefined;
  }
}

function complaint(source: string): string {
  try {
    toFunction(source);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The operator's own words, run with the operator's rights. */
function toFunction(body: string): Script {
  const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Script;
  return new AsyncFunction('app', 'doors', body);
}
