/** Date: a day of the calendar, `YYYY-MM-DD`. */
import { accept, isBlank, refuse, shown } from './families/answer.ts';
import { dayText, instantOf, parseClock, parseDay, splitInstant } from './families/calendar.ts';
import { coercedDefault, fieldType } from './families/define.ts';
import { DATED } from './operators.ts';

const TODAY = /^(?:__)?today$/i;

export const date = fieldType({
  name: 'Date',
  column: { type: 'date' },
  graphql: 'date',
  operators: DATED,
  jsonSchema: () => ({ type: ['string', 'null'], format: 'date' }),
  coerce: (value) => {
    if (isBlank(value)) return accept(null);
    const day = typeof value === 'string' ? parseDay(dayPart(value.trim())) : undefined;
    if (day !== undefined) return accept(dayText(day));
    return refuse('invalid_date', `Expected a date as YYYY-MM-DD, such as 2025-01-31, got ${shown(value)}.`);
  },
  defaultValue: (text, field, env) => {
    if (TODAY.test(text)) return dayText(instantOf(env.now).day);
    return coercedDefault(date, { text, field, env });
  },
});

/** The day of a midnight, which is how some clients write a day; any other time would be lost, so it stays. */
function dayPart(text: string): string {
  const parts = splitInstant(text);
  const clock = parts && parseClock(parts.clock);
  return parts && clock?.second === 0 && clock.micro === 0 ? parts.date : text;
}
