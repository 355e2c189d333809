/** Time: a time of day, `HH:MM:SS` with up to six decimals. */
import { accept, isBlank, refuse, shown } from './families/answer.ts';
import { clockText, instantOf, parseClock } from './families/calendar.ts';
import { coercedDefault, fieldType } from './families/define.ts';
import { ORDERED } from './operators.ts';

const NOW = /^now$/i;

export const time = fieldType({
  name: 'Time',
  column: { type: 'time' },
  graphql: 'time',
  operators: ORDERED,
  // Not format "time": that one demands a zone.
  jsonSchema: () => ({
    type: ['string', 'null'],
    pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?$',
  }),
  coerce: (value) => {
    if (isBlank(value)) return accept(null);
    const clock = typeof value === 'string' ? parseClock(value.trim()) : undefined;
    if (clock) return accept(clockText(clock));
    return refuse('invalid_time', `Expected a time of day as HH:MM or HH:MM:SS, got ${shown(value)}.`);
  },
  defaultValue: (text, field, env) => {
    if (NOW.test(text)) return clockText(instantOf(env.now));
    return coercedDefault(time, { text, field, env });
  },
});
