/** `m user …`: what must be possible for the operator when nobody can sign in. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { setPassword } from '../auth/login.ts';
import { createDocument } from '../documents/create.ts';
import { ensureGivenRecords } from '../first-start.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import { signedOut } from '../kernel/changes.ts';
import { AppError, nearest } from '../kernel/error.ts';
import { createContext, type OpenServices } from '../services.ts';
import { counted, say, sayJson } from './output.ts';
import { actorIn, withProject } from './project.ts';

export function addUser(program: Command): void {
  const group = program.command('user').description('users, from the operator’s side');
  group
    .command('add')
    .summary('make a user')
    .description('make a user with the given roles; the name is what they sign in with, mostly an e-mail address')
    .argument('<name>', 'the name')
    .option('--email <address>', 'their address; the name, when that is one')
    .option('--first-name <text>', 'their first name; the name, when left out')
    .option('--last-name <text>', 'their last name')
    .option('--role <role>', 'a role to give; may be repeated', (role, roles: string[]) => [...roles, role], [])
    .option('--website', 'a website user, who may not open the desk')
    .option('--password', 'ask for a password, or read one line from standard input; without it they have none yet')
    .option('--tenant <name>', 'the tenant that they belong to (TENANCY=column)')
    .option('--json', 'the result as JSON')
    .action(runAdd);
  group
    .command('passwd')
    .summary('set the password of a user')
    .description(
      'set the password of a user and end the user’s sessions; asks for it, or reads one line from standard input',
    )
    .argument('[name]', 'the user', ADMINISTRATOR)
    .action(runPasswd);
}

interface AddOptions {
  email?: string;
  firstName?: string;
  lastName?: string;
  role: string[];
  website?: true;
  password?: true;
  tenant?: string;
  json?: true;
}

async function runAdd(name: string, options: AddOptions): Promise<void> {
  await withProject('user add', async (project) => {
    const { open } = project;
    const actor = await actorIn(project, options.tenant);
    await ensureGivenRecords(open);
    const roles = [...new Set(options.role)];
    await refuseUnknownRoles(open, roles);
    // Asked first: a user whose password was mistyped is not made.
    const password = options.password ? await readPassword(name) : undefined;
    const given = {
      name,
      ...(options.email === undefined ? {} : { email: options.email }),
      first_name: options.firstName ?? name,
      ...(options.lastName === undefined ? {} : { last_name: options.lastName }),
      user_type: options.website ? 'Website User' : 'System User',
      roles: roles.map((role) => ({ role })),
    };
    await createDocument(createContext(open, actor), { doctype: 'User', given });
    if (password !== undefined) await setPassword(open.db, name, password);
    if (options.json) sayJson({ name, roles, has_password: password !== undefined });
    else
      say(
        `Made the user ${name} with ${counted(roles.length, 'role')}${password === undefined ? `; "m user passwd ${name}" gives a password` : ''}.`,
      );
  });
}

async function refuseUnknownRoles(open: OpenServices, roles: readonly string[]): Promise<void> {
  const rows = await open.db.query({ text: 'select name from role', values: [] });
  const known = rows.map((row) => String(row.name));
  for (const role of roles) {
    if (known.includes(role)) continue;
    const near = nearest(role, known);
    throw new AppError(
      'not_found',
      `There is no role ${JSON.stringify(role)}${near ? `; did you mean ${near}?` : '.'}`,
    );
  }
}

function readPassword(name: string): Promise<string> {
  return process.stdin.isTTY ? askTwice(name) : readLine();
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
    const password = await readPassword(name);
    await setPassword(open.db, name, password);
    open.changes.publish([signedOut(name)]);
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
