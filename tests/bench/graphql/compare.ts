/**
 * GraphQL: our server against three others on the same tables: SQL by hand whose JSON passes through yoga,
 * the same whose rows yoga's executor walks, and PostGraphile; and for a person with rules on every level,
 * against SQL by hand that carries them. Where ours has no /graphql, the others are measured alone.
 */
import { type Load, type Measured, measure, median, ratioOf, type Side } from '../rounds.ts';
import { type Server, signIn, startServer, startWorld } from '../world.ts';
import { headersOf, servesGraphql } from './ask.ts';
import { loadOrders, USER, USER_PASSWORD } from './data.ts';
import { installPostGraphile } from './postgraphile-install.ts';
import { QUESTIONS, type Question } from './queries.ts';
import { mustAnswerAlike, type Named } from './same-answers.ts';

type Title = 'ours' | 'text' | 'rows' | 'PostGraphile' | 'ours as person' | 'text as person';

interface Party {
  title: Title;
  url: string;
  token: string;
}

const GOAL_AS_PERSON = 0.75;

export async function compareGraphql(load: Load): Promise<void> {
  const hasPostGraphile = installPostGraphile();
  if (!hasPostGraphile)
    console.log('graphql: no comparison with PostGraphile, which is not installed and cannot be fetched');
  const world = await startWorld();
  const servers: Server[] = [];
  try {
    await loadOrders(world.databaseUrl);
    const start = async (script: string, env: Record<string, string> = {}): Promise<Server> => {
      const server = await startServer(script, { DATABASE_URL: world.databaseUrl, ...env });
      servers.push(server);
      return server;
    };
    const parties = await startParties(start, hasPostGraphile);
    for (const question of QUESTIONS) await compareOne(question, parties, load);
  } finally {
    for (const server of servers) await server.stop();
    await world.stop();
  }
}

type Start = (script: string, env?: Record<string, string>) => Promise<Server>;

async function startParties(start: Start, hasPostGraphile: boolean): Promise<Party[]> {
  const ours = await start('ours.ts');
  const TOKEN = await signIn(ours.url);
  const person = await signIn(ours.url, USER, USER_PASSWORD);
  const party = (title: Title, server: Server, token: string): Party => ({
    title,
    url: `${server.url}/graphql`,
    token,
  });
  const parties = [
    party('text', await start('graphql/by-hand.ts', { TOKEN, MODE: 'text' }), TOKEN),
    party('rows', await start('graphql/by-hand.ts', { TOKEN, MODE: 'rows' }), TOKEN),
    party('text as person', await start('graphql/by-hand.ts', { TOKEN: person, MODE: 'text', RULES: '1' }), person),
  ];
  if (hasPostGraphile) parties.push(party('PostGraphile', await start('graphql/postgraphile.ts', { TOKEN }), TOKEN));
  if (await servesGraphql(party('ours', ours, TOKEN)))
    parties.push(party('ours', ours, TOKEN), party('ours as person', ours, person));
  else console.log('graphql: our server has no /graphql, so the others are measured alone');
  return parties;
}

async function compareOne(question: Question, parties: readonly Party[], load: Load): Promise<void> {
  const named = parties.map((party) => ({ ...party, query: queryFor(question, party) }));
  const isPerson = ({ title }: Named) => title.endsWith('as person');
  await mustAnswerAlike(
    named.filter((one) => !isPerson(one)),
    question.variables,
  );
  await mustAnswerAlike(named.filter(isPerson), question.variables);
  const sides = named.map(
    ({ url, token, query }): Side => ({
      url,
      method: 'POST',
      headers: headersOf(token),
      bodies: question.variables.map((variables) => JSON.stringify({ query, variables })),
      mustNotHold: '"errors"',
    }),
  );
  const measured = await measure({ ...load, sides });
  report(question, new Map(parties.map(({ title }, index) => [title, measured[index] as Measured])));
}

function queryFor(question: Question, { title }: Party): string {
  return title === 'PostGraphile' ? question.postgraphile : question.ours;
}

function report({ title, goals }: Question, measured: ReadonlyMap<Title, Measured>): void {
  const rates = [...measured].map(([name, { perSecond }]) => `${name} ${median(perSecond).toFixed(0)}/s`);
  const failed = [...measured.values()].reduce((sum, one) => sum + one.failed, 0);
  console.log(`${title}: ${rates.join(', ')}; failed ${failed}`);
  const line = (a: Title, b: Title, goal?: number) => {
    const [one, other] = [measured.get(a), measured.get(b)];
    if (!one || !other) return;
    const { ratio, lowest, highest } = ratioOf(one, other);
    const figures = `${ratio.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})`;
    console.log(`  ${`${a} / ${b}`.padEnd(34)} ratio ${figures}${goal === undefined ? '' : `  goal ${goal}`}`);
  };
  line('ours', 'text', goals.text);
  line('ours', 'rows');
  line('ours', 'PostGraphile', goals.postgraphile);
  line('ours as person', 'text as person', GOAL_AS_PERSON);
  line('rows', 'text');
  line('PostGraphile', 'text');
  line('text as person', 'text');
}
