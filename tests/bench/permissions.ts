/**
 * What rules cost: the same list of 100,000 documents by Administrator and by a user with three roles, two
 * User Permissions and a share. Once the rules let everything through, once a tenth, which Administrator
 * then asks for by filters: the rows are the same on both sides.
 */
import { setPassword } from '../../server/auth/login.ts';
import { importDocTypes } from '../../server/doctypes/import.ts';
import { createDocument } from '../../server/documents/create.ts';
import { ensureGivenRecords } from '../../server/first-start.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import type { DocTypeJson } from '../../server/kernel/doctype.ts';
import { createContext, type OpenServices } from '../../server/services.ts';
import { open } from './data.ts';
import { compare, type Side } from './rounds.ts';
import { PASSWORD, startServer, startWorld } from './world.ts';

const ROWS = 100_000;
const USER = 'bench-user';
const USER_PASSWORD = 'a password for the benchmark';
const actor = systemActor('the benchmark');

const read = (role: string, more: object = {}) => ({ role, read: 1, ...more });

const DOCTYPES: readonly DocTypeJson[] = [
  ...['Bench Company', 'Bench Territory'].map((name) => ({
    name,
    module: 'Bench',
    autoname: 'Prompt',
    fields: [],
    permissions: [read('Bench One')],
  })),
  {
    name: 'Bench Deal',
    module: 'Bench',
    autoname: 'Prompt',
    fields: [
      { fieldname: 'company', fieldtype: 'Link', options: 'Bench Company', in_list_view: 1 },
      { fieldname: 'territory', fieldtype: 'Link', options: 'Bench Territory', in_list_view: 1 },
      { fieldname: 'status', fieldtype: 'Data', in_list_view: 1 },
      { fieldname: 'amount', fieldtype: 'Currency', in_list_view: 1 },
      { fieldname: 'margin', fieldtype: 'Currency', permlevel: 1 },
      { fieldname: 'day', fieldtype: 'Date', search_index: 1 },
    ],
    permissions: [
      read('Bench One'),
      read('Bench Two', { write: 1, create: 1 }),
      read('Bench Three'),
      read('Bench Three', { permlevel: 1 }),
    ],
  },
];

export async function comparePermissions(q: { rounds: number; seconds: number; connections: number }): Promise<void> {
  const world = await startWorld();
  try {
    const services = await open(world.databaseUrl);
    await load(services);
    await services.close();
    const ours = await startServer('ours.ts', { DATABASE_URL: world.databaseUrl });
    try {
      const [admin, user] = [
        await login(ours.url, 'Administrator', PASSWORD),
        await login(ours.url, USER, USER_PASSWORD),
      ];
      const fields = `fields=["name","company","territory","status","amount"]&order_by=day desc`;
      const all = `/api/v1/Bench Deal?${fields}`;
      const some = (filters: string) => `${all}&filters=${encodeURIComponent(filters)}`;
      const seen = '[["company","=","C0"],["territory","=","T0"]]';
      const page = '[["status","=","Open"]]';
      const pageSeen = '[["company","=","C0"],["territory","=","T0"],["status","=","Open"]]';
      for (const [title, mine, theirs] of [
        ['list 20 of a tenth, with the total', all, some(seen)],
        ['list 20 of a tenth, filtered, with the total', some(page), some(pageSeen)],
        ['list 20 of a tenth, no total', `${all}&count=none`, `${some(seen)}&count=none`],
        ['read one document', '/api/v1/Bench Deal/D-000010', '/api/v1/Bench Deal/D-000010'],
      ] as const) {
        const a = await side(ours.url, mine, user);
        const b = await side(ours.url, theirs, admin);
        if (a.answer !== b.answer) throw new Error(`${title}: the answers differ\n${a.answer}\n${b.answer}`);
        const { ratio, lowest, highest, failed } = await compare({ ours: a.side, theirs: b.side, ...q });
        console.log(
          `rules: ${title.padEnd(46)} ratio ${ratio.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})  goal 0.85  failed ${failed}`,
        );
      }
    } finally {
      await ours.stop();
    }
  } finally {
    await world.stop();
  }
}

async function side(url: string, path: string, token: string): Promise<{ side: Side; answer: string }> {
  const headers = { authorization: `Bearer ${token}` };
  const whole = new URL(path, url).href;
  const reply = await fetch(whole, { headers });
  const answer = await reply.text();
  if (!reply.ok) throw new Error(`${path} answers ${reply.status}: ${answer.slice(0, 500)}`);
  return { side: { url: whole, method: 'GET', headers }, answer: answer.replace(/,"margin":[\d.]+/g, '') };
}

async function login(url: string, user: string, password: string): Promise<string> {
  const reply = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  return ((await reply.json()) as { token: string }).token;
}

async function load(services: OpenServices): Promise<void> {
  await ensureGivenRecords(services);
  const doctypes = DOCTYPES.map((definition) => ({ definition, app: 'bench', file: definition.name }));
  await importDocTypes(services.schema, { actor, files: { doctypes, customFields: [], propertySetters: [] } });
  const ctx = () => createContext(services, actor);
  const make = (doctype: string, given: Record<string, unknown>) => createDocument(ctx(), { doctype, given });
  for (let n = 0; n < 5; n++) await make('Bench Company', { name: `C${n}` });
  for (let n = 0; n < 2; n++) await make('Bench Territory', { name: `T${n}` });
  const roles = ['Bench One', 'Bench Two', 'Bench Three'];
  await make('User', { name: USER, first_name: 'Bench', enabled: true, roles: roles.map((role) => ({ role })) });
  await setPassword(services.db, USER, USER_PASSWORD);
  await make('User Permission', { user: USER, allow: 'Bench Company', for_value: 'C0' });
  await make('User Permission', { user: USER, allow: 'Bench Territory', for_value: 'T0' });
  await services.db.transaction(async (tx) => {
    tx.send({ text: `set local statement_timeout = '5min'`, values: [] });
    tx.send({
      text: `insert into bench_deal (id, name, owner, creation, modified, modified_by, company, territory, status, amount, day)
        select gen_random_uuid(), 'D-' || lpad(n::text, 6, '0'), 'Administrator', now(), now(), 'Administrator', 'C' || n % 5, 'T' || n / 5 % 2,
          (array['Open', 'Won', 'Lost'])[1 + n % 3], n % 1000, date '2024-01-01' + (n * 7919 % 900)
        from generate_series(1, ${ROWS}) n`,
      values: [],
    });
    tx.send({
      text: `insert into docshare (id, name, owner, creation, modified, modified_by, "user", everyone, share_doctype, share_name, "read", "write", submit, share, shared_by)
        select gen_random_uuid(), 'bench-share', 'Administrator', now(), now(), 'Administrator', $1, false, 'Bench Deal', 'D-000010', true, false, false, false, 'Administrator'`,
      values: [USER],
    });
  });
  await services.db.query({ text: 'analyze', values: [] });
}
