/**
 * The policy port over HTTP: remembers answers for a moment, asks each question once at a time, and gives the
 * configured answer while the engine is away. Which words the engine speaks is in shapes.ts.
 */
import type { Policy, PolicyAnswer, PolicyQuestion } from '../kernel/policy.ts';
import type { Logger } from '../kernel/ports.ts';
import { boundedMap } from '../query/bounded-map.ts';
import { createCircuit } from './circuit.ts';
import { EngineDown, exchange } from './exchange.ts';
import { SHAPES, type ShapeName } from './shapes.ts';

export interface HttpPolicySettings {
  url: string;
  shape: ShapeName;
  timeoutMs: number;
  /** 0: nothing is remembered. */
  cacheMs: number;
  /** While the engine is away: `allow` leaves the built-in decision alone. */
  onError: 'deny' | 'allow';
  token?: string;
}

/** Characters of questions that are remembered, and an answer's own weight. */
const HEAVIEST = 4_000_000;
const ANSWER_WEIGHT = 200;

export function createHttpPolicy(settings: HttpPolicySettings, log: Logger): Policy {
  const shape = SHAPES[settings.shape];
  const answers = boundedMap<{ answer: PolicyAnswer; since: number }>(HEAVIEST);
  const asking = new Map<string, Promise<PolicyAnswer>>();
  const circuit = createCircuit();
  const figures = { allowed: 0, denied: 0, away: 0 };
  const complain = complainer(settings, log);

  function find(key: string): PolicyAnswer | undefined {
    const entry = answers.get(key);
    return entry && performance.now() - entry.since < settings.cacheMs ? entry.answer : undefined;
  }

  async function ask(key: string, question: PolicyQuestion): Promise<PolicyAnswer> {
    if (circuit.isOpen()) return away('it is not asked for a moment, after failures in a row');
    const since = performance.now();
    try {
      const answer = shape.answer(await exchange(settings, shape.body(question)));
      circuit.succeeded();
      figures[answer.allowed ? 'allowed' : 'denied']++;
      if (settings.cacheMs > 0) answers.set(key, { answer, since }, key.length + ANSWER_WEIGHT);
      return answer;
    } catch (error) {
      // An answer that is none says that the engine is there: a question that it chokes on must not open the
      // circuit for everybody.
      if (error instanceof EngineDown) circuit.failed();
      return away((error as Error).message);
    }
  }

  function away(reason: string): PolicyAnswer {
    figures.away++;
    complain(reason);
    return { allowed: settings.onError === 'allow', reason: 'it gives no answer at the moment' };
  }

  return {
    recall: (question) => (settings.cacheMs === 0 ? undefined : find(JSON.stringify(question))),
    ask(question) {
      const key = JSON.stringify(question);
      const known = find(key);
      if (known) return Promise.resolve(known);
      const running = asking.get(key);
      if (running) return running;
      const answer = ask(key, question).finally(() => asking.delete(key));
      asking.set(key, answer);
      return answer;
    },
    figures: () => ({ ...figures }),
  };
}

const QUIET_MS = 60_000;

/** Says it once a minute, with how often it happened since the last time. */
function complainer(settings: HttpPolicySettings, log: Logger): (reason: string) => void {
  const { origin, pathname } = new URL(settings.url);
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  return (reason) => {
    count++;
    const now = performance.now();
    if (now - last < QUIET_MS) return;
    const answer = settings.onError === 'allow' ? 'the built-in decision alone' : 'denied';
    log.warn({ engine: origin + pathname, reason, count, answer }, 'the policy engine gives no answer');
    last = now;
    count = 0;
  };
}
