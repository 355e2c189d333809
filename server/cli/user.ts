/** `m user …`: what must be possible for the operator when nobody can sign in. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { setPassword } from '../auth/login.ts';
import { ensureGivenRecords } from '../first-start.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import { AppError, nearest } from '../kernel/error.ts';
import { say } from './output.ts';
import { withProject } from './project.ts';

export function addUser(program: Command): void {
  const group = program.command('user').description('users, from the operator’s side');
  group
    .command('passwd')
    .summary('set the password of a user')
    .description(
      'set the password of a user and end the user’s sessions; asks for it, or reads one line from standard input',
    )
    .argument('[name]', 'the user', ADMINISTRATOR)
    .action(runPasswd);
}

async function runPasswd(name: string): Promise<void> {
  await withProject('user passwd', async ({ open }) => {
    await ensureGivenRecords(open);
    const rows = await open.db.query({ text: 'select name from "user"', values: [] });
    const users = rows.map((row) => String(row.name));
    if (!users.includes(name)) {
      const near = nearest(name, users);
      throw new AppError(
        'not_found',
        `There is no user ${JSON.stringify(name)}${near ? `; did you mean ${near}?` : '.'}`,
      );
    }
    const password = process.stdin.isTTY ? await askTwice(name) : await readLine();
    await setPassword(open.db, name, password);
    say(`The password of ${name} is set; sessions that began before have ended.`);
  });
}

async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new AppError('bad_request', 'Expected the password as one line on standard input, but there was none.');
}

async function askTwice(name: string): Promise<string> {
  const password = await askUnseen(`New password of ${name}: `);
  if ((await askUnseen('Once more: ')) !== password)
    throw new AppError('bad_request', 'The two passwords differ. Nothing was changed.');
  return password;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const DELETE = '\u007f';

/** A line from the terminal without echo. Ctrl-C and Ctrl-D give up. */
function askUnseen(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // In this order: what is typed at the sight of the question is not echoed.
  stdin.setRawMode(true).setEncoding('utf8').resume();
  stderr.write(question);
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void): void => {
      stdin.off('data', take).setRawMode(false).pause();
      stderr.write('\n');
      settle();
    };
    const take = (chunk: string): void => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') end(() => resolve(typed));
        else if (key === CTRL_C || key === CTRL_D)
          end(() => reject(new AppError('bad_request', 'Given up. Nothing was changed.')));
        else if (key === DELETE || key === '\b') typed = [...typed].slice(0, -1).join('');
        else typed += key;
      }
    };
    stdin.on('data', take);
  });
}
