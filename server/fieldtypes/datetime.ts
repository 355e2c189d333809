/** Datetime: an instant, RFC 3339 in UTC with microseconds. Text without a zone means UTC. */
import { accept, isBlank, refuse, shown } from './families/answer.ts';
import { instantOf, instantText, parseDay, parseInstant } from './families/calendar.ts';
import { coercedDefault, fieldType } from './families/define.ts';
import { DATED } from './operators.ts';

const TODAY = /^(?:__)?today$/i;
const NOW = /^now$/i;

export const datetime = fieldType({
  name: 'Datetime',
  column: { type: 'timestamptz' },
  json: 'timestamp',
  graphql: 'timestamptz',
  operators: DATED,
  jsonSchema: () => ({ type: ['string', 'null'], format: 'date-time' }),
  coerce: (value) => {
    if (isBlank(value)) return accept(null);
    const instant = typeof value === 'string' ? readInstant(value.trim()) : undefined;
    if (instant) return accept(instantText(instant));
    const expected = 'Expected a date and time such as 2025-01-31T13:05:00Z or 2025-01-31 13:05:00 (UTC)';
    return refuse('invalid_datetime', `${expected}, got ${shown(value)}.`);
  },
  defaultValue: (text, field, env) => {
    const now = instantOf(env.now);
    if (NOW.test(text)) return instantText(now);
    if (TODAY.test(text)) return instantText({ ...now, second: 0, micro: 0 });
    return coercedDefault(datetime, { text, field, env });
  },
});

/** A date alone is its midnight. */
function readInstant(text: string) {
  const day = parseDay(text);
  return day === undefined ? parseInstant(text) : { day, second: 0, micro: 0 };
}
