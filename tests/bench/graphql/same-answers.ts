/** Servers that answer differently are not doing the same work: the benchmark stops with both answers. */
import { type Asked, ask, type Reply } from './ask.ts';

export interface Named extends Asked {
  title: string;
  query: string;
}

/** The first few of the variables, which are enough to tell the servers apart. */
const ASKED = 5;

export async function mustAnswerAlike(sides: readonly Named[], variables: readonly object[]): Promise<void> {
  for (const values of variables.slice(0, ASKED)) {
    let first: { title: string; text: string } | undefined;
    for (const side of sides) {
      const reply = await ask(side, { query: side.query, variables: values });
      const text = normalised(reply);
      if (reply.errors || !reply.data || text.includes(':null}}'))
        throw new Error(`${side.title} answers ${JSON.stringify(reply).slice(0, 2000)} for ${JSON.stringify(values)}`);
      first ??= { title: side.title, text };
      if (text !== first.text)
        throw new Error(
          `the answers differ for ${JSON.stringify(values)}\n${first.title}: ${first.text.slice(0, 4000)}\n${side.title}: ${text.slice(0, 4000)}`,
        );
    }
  }
}

/** Keys in one order; PostGraphile's numbers, which are texts, as numbers; the document out of its payload. */
function normalised(reply: Reply): string {
  return JSON.stringify({ data: reply.data }, (key, value: unknown) => {
    if (NUMBERS.has(key) && typeof value === 'string') return Number(value);
    if (!value || typeof value !== 'object' || Array.isArray(value)) return value;
    if ('benchOrder' in value) return value.benchOrder;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const NUMBERS: ReadonlySet<string> = new Set(['grand_total', 'qty', 'rate']);
