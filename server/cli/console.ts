/** `m console`: Node's prompt with the services at hand, as the Administrator. Also runs what is piped into it. */
import { start } from 'node:repl';
import type { Command } from 'commander';
import type { Doors } from '../documents/contract.ts';
import { createContext, type OpenServices } from '../services.ts';
import { remark } from './output.ts';
import { type Project, withProject } from './project.ts';

export function addConsole(program: Command): void {
  program
    .command('console')
    .summary('a JavaScript prompt with the services')
    .description(
      'a JavaScript prompt with app (services, store, db) and doors (get, list, create, update, remove, submit, cancel)',
    )
    .action(() => withProject('console', runConsole));
}

async function runConsole({ open, actor }: Project): Promise<void> {
  const isTerminal = process.stdin.isTTY === true;
  if (isTerminal)
    remark('For example: await doors.list("User", { fields: ["name"] })    app is everything; .exit ends.');
  const repl = start({ prompt: isTerminal ? 'm> ' : '', terminal: isTerminal, useGlobal: false });
  Object.assign(repl.context, { app: open, doors: boundDoors(open, () => createContext(open, actor)) });
  await new Promise<void>((resolve) => repl.once('exit', () => resolve()));
}

/** Each call under a context of its own: what was changed meanwhile is seen. */
function boundDoors(open: OpenServices, context: () => ReturnType<typeof createContext>) {
  const { doors } = open.services;
  const bind =
    <K extends keyof Doors>(name: K) =>
    (...rest: unknown[]) =>
      (doors[name] as (...all: unknown[]) => unknown)(context(), ...rest);
  const names = Object.keys(doors) as (keyof Doors)[];
  return Object.fromEntries(names.map((name) => [name, bind(name)]));
}
