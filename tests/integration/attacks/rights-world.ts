/**
 * A company with people of different rights, and a canary in each cell that not everybody may see. Whoever asks
 * through a Person has every answer looked through: no canary that is not his, no failure, nothing of the inside.
 */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { AppInput } from '../../../server/app.ts';
import { type Client, clientOf, createTestApp, type Reply, type TestApp } from '../../support/app.ts';
import { INSIDE } from './oracles.ts';
import { DOCTYPES } from './rights-doctypes.ts';

export interface Person {
  name: string;
  client: Client;
  /** Sends it and judges the answer (G1, G4); gives it back for what the attack itself expects. */
  ask(ask: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

const PEOPLE = ['mgr', 'hr', 'alice', 'bob', 'pat', 'svc'] as const;
export type Who = (typeof PEOPLE)[number] | 'admin' | 'guest' | 'gone';

export interface RightsWorld extends Record<Who, Person> {
  app: TestApp;
  /** What a cell of this class holds. */
  canary(of: Class): string;
  /** What the server logged as a failure of its own: must stay empty. */
  failures: unknown[];
}

/** Who may see the cells of a class; of a credential nobody, of the others Administrator too. */
const CLASSES = {
  /** Titles of customers too, which pat may choose from. */
  'of-a': ['alice', 'svc', 'mgr', 'hr', 'pat'],
  'of-b': ['bob', 'mgr', 'hr', 'pat'],
  /** Fields of level 1. */
  inner: ['hr'],
  pay: ['hr'],
  secret: [],
  'note-of-alice': ['alice', 'svc'],
  'note-of-bob': ['bob'],
  'profile-of-bob': ['bob', 'mgr'],
  credential: [],
} as const;
export type Class = keyof typeof CLASSES;

/** Numbers of level 1 are canaries too: in no other cell are such digits. */
export const MARGIN = 7318427;
export const CREDIT = 6402913;
export const COST = 5839174;

export async function openRightsWorld(options: Partial<AppInput> = {}): Promise<RightsWorld> {
  const failures: unknown[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (...said: unknown[]) => failures.push(said) };
  const app = await createTestApp({ log, ...options });
  const words = new Map<string, readonly string[]>();
  const canaries = new Map<Class, string>();
  for (const [name, seenBy] of Object.entries(CLASSES) as [Class, readonly string[]][]) {
    const word = `${name === 'credential' ? 'CREDCANARY' : `CANARY-${name}`}-${randomBytes(6).toString('hex')}`;
    canaries.set(name, word);
    words.set(word, name === 'credential' ? seenBy : [...seenBy, 'admin']);
  }
  for (const number of [MARGIN, CREDIT, COST]) words.set(String(number), ['hr', 'admin']);
  const personOf = (name: Who, client: Client): Person => ({
    name,
    client,
    async ask(ask, body, headers) {
      const reply = await client.json(...split(ask), body, headers);
      judge({ reply, ask: `${name}: ${ask}`, sent: ask + JSON.stringify(body ?? ''), hidden: hiddenFrom(words, name) });
      return reply;
    },
  });
  const admin = personOf('admin', app);
  const canary = (of: Class): string => canaries.get(of) as string;
  await fill({ app, canary });
  const world = { app, canary, failures, admin, guest: personOf('guest', app.anonymous) };
  const people = Object.fromEntries(PEOPLE.map((name) => [name, personOf(name, app)])) as Record<Who, Person>;
  for (const name of PEOPLE) if (name !== 'svc') people[name] = personOf(name, await app.as(name));
  people.svc = personOf('svc', await readingKey(app));
  people.gone = personOf('gone', await formerUser(app));
  await own(people, canary);
  return { ...people, ...world };
}

function split(ask: string): [method: string, path: string] {
  const at = ask.indexOf(' ');
  return [ask.slice(0, at), ask.slice(at + 1)];
}

function hiddenFrom(words: ReadonlyMap<string, readonly string[]>, name: string): string[] {
  return [...words].flatMap(([word, seenBy]) => (seenBy.includes(name) ? [] : [word]));
}

/** G1 and G4. */
function judge(q: { reply: Reply; ask: string; sent: string; hidden: readonly string[] }): void {
  const { reply, ask, sent } = q;
  const bytes = `${JSON.stringify([...reply.headers])}\n${reply.text}`;
  const leaked = q.hidden.filter((word) => bytes.includes(word) && !sent.includes(word));
  expect(leaked, `G1 ${ask}: ${reply.text.slice(0, 2000)}`).toEqual([]);
  expect(reply.status, `G4 ${ask}: ${reply.text.slice(0, 500)}`).toBeLessThan(500);
  expect(reply.headers.get('x-request-id'), ask).toMatch(/\S/);
  if (reply.status < 400) return;
  const told = [...reply.text.matchAll(INSIDE)].map(([match]) => match).filter((match) => !sent.includes(match));
  expect(told, `G4 ${ask}: ${reply.text.slice(0, 500)}`).toEqual([]);
}

interface Filling {
  app: TestApp;
  canary(of: Class): string;
}

async function fill({ app, canary }: Filling): Promise<void> {
  for (const doctype of DOCTYPES) await must(app, 'POST', '/api/v1/DocType', doctype);
  const roles: Record<(typeof PEOPLE)[number] | 'gone', string[]> = {
    mgr: ['System Manager'],
    hr: ['HR Manager'],
    alice: ['Sales User'],
    bob: ['Sales User', 'Sales Lead'],
    pat: ['Portal User'],
    svc: ['Sales User'],
    gone: ['Sales User'],
  };
  for (const [name, given] of Object.entries(roles)) await app.user({ name, roles: given, password: PASSWORD });
  for (const [doctype, documents] of Object.entries(recordsOf(canary)))
    for (const document of documents) await must(app, 'POST', at(doctype), document);
  await must(app, 'PATCH', at('User', 'bob'), { location: canary('profile-of-bob') });
  await must(app, 'POST', `${at('Invoice', 'INV-00005')}/submit`);
  for (const [user, for_value] of [
    ['alice', 'A'],
    ['svc', 'A'],
    ['bob', 'B'],
  ])
    await must(app, 'POST', at('User Permission'), { user, allow: 'Company', for_value });
  await must(app, 'PUT', at('Shop Rules'), { greeting: 'hello', inner_note: canary('inner') });
}

export const PASSWORD = 'a long enough secret of theirs';

function recordsOf(canary: (of: Class) => string): Record<string, object[]> {
  const inner = canary('inner');
  const customer = (name: string, of: Class, company: string) => ({
    name,
    full_name: canary(of),
    tax_id: `${canary(of)} ${name}`,
    company,
    credit_limit: CREDIT,
    inner_note: inner,
  });
  const invoice = (of: Class, company: string, customer: string, region = 'North') => ({
    company,
    customer,
    region,
    kind: 'Customer',
    ref_name: customer,
    remark: canary(of),
    amount: 100,
    margin: MARGIN,
    inner_note: inner,
    pin: canary('credential'),
    items: [{ item: 'bolt', qty: 1, cost: COST, inner_note: inner, made_for: customer }],
    inner_items: [{ item: inner }],
  });
  return {
    Company: [{ name: 'A' }, { name: 'B' }],
    Region: [
      { name: 'World', is_group: 1 },
      { name: 'North', parent_region: 'World', is_group: 1 },
      { name: 'South', parent_region: 'World', is_group: 1 },
      { name: 'Far North', parent_region: 'North' },
    ],
    Customer: [customer('cust-a', 'of-a', 'A'), customer('cust-b', 'of-b', 'B'), customer('cust-b2', 'of-b', 'B')],
    // The fourth is of company A, and its customer of B.
    Invoice: [
      invoice('of-a', 'A', 'cust-a'),
      invoice('of-a', 'A', 'cust-a', 'Far North'),
      invoice('of-b', 'B', 'cust-b', 'South'),
      invoice('of-a', 'A', 'cust-b'),
      invoice('of-b', 'B', 'cust-b'),
    ],
    Salary: [{ name: 'pay-1', person: 'alice', text: canary('pay'), pay: 4000 }],
    Secret: [{ name: 'plan-1', text: canary('secret') }],
    'Social Login Key': [{ provider_name: 'x', client_id: 'y', client_secret: canary('credential') }],
    Gateway: [{ name: 'gate', label: 'shop', api_secret: canary('credential') }],
  };
}

/** What they make themselves: documents of which only the owner has anything. */
async function own(people: Record<Who, Person>, canary: (of: Class) => string): Promise<void> {
  for (const [who, of] of [
    ['alice', 'note-of-alice'],
    ['bob', 'note-of-bob'],
  ] as const) {
    const reply = await people[who].ask(`POST ${at('Note')}`, { name: `note-of-${who}`, text: canary(of) });
    expect(reply.status, reply.text).toBe(201);
  }
}

/** A key that reads and no more. */
async function readingKey(app: TestApp): Promise<Client> {
  const svc = await app.as('svc');
  const made = await svc.json('POST', '/api/v1/auth/api-keys', {
    label: 'reads',
    scopes: ['read'],
    password: PASSWORD,
  });
  expect(made.status, made.text).toBe(201);
  const client = clientOf(app.url, '');
  const authorization = `token ${made.body.token}`;
  return {
    ...client,
    json: (method, path, ask, headers) => client.json(method, path, ask, { authorization, ...headers }),
  };
}

/** Signed in, then disabled. */
async function formerUser(app: TestApp): Promise<Client> {
  const gone = await app.as('gone');
  await must(app, 'PATCH', at('User', 'gone'), { enabled: false });
  return gone;
}

/** The path of a DocType, a document, or what lies beneath. */
export function at(doctype: string, ...rest: string[]): string {
  return `/api/v1/${[doctype, ...rest].map(encodeURIComponent).join('/')}`;
}

export function resource(doctype: string, ...rest: string[]): string {
  return `/api/resource/${[doctype, ...rest].map(encodeURIComponent).join('/')}`;
}

export function v2(doctype: string, ...rest: string[]): string {
  return `/api/v2/document/${[doctype, ...rest].map(encodeURIComponent).join('/')}`;
}

/** The answer's body; throws when it is not a success. */
// biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and a test says which member it means
export async function must(who: Client, method: string, path: string, body?: unknown): Promise<any> {
  const reply = await who.json(method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.text}`);
  return reply.body;
}

/** The answer without what differs from request to request, for comparing two of them. */
export function shape(reply: Reply, ...words: readonly string[]): string {
  let text = reply.text
    .replace(/"request_id":"[^"]*"/g, '"request_id":""')
    .replace(/;? ?[dD]id you mean \\?"?[^?]*\?/g, '');
  for (const word of words) text = text.replaceAll(word, '·').replaceAll(encodeURIComponent(word), '·');
  return `${reply.status} ${reply.headers.get('content-type')} ${text}`;
}
