/** Documents as the calendar's events, and the names of its divisions. */
import type { EventInput } from '@fullcalendar/vue3';
import { docStateOf, toneOf } from '../../../meta/colors.ts';
import { fromWallClock, toWallClock } from '../../../meta/moments.ts';
import { type SpanFields, spanOf } from '../../../meta/spans.ts';
import { titleOf } from '../../../meta/titles.ts';
import type { Doc, DocTypeMeta, FieldMeta } from '../../../meta/types.ts';

export const MODES = [
  { value: 'month', label: 'Month', byDay: 'dayGridMonth', byClock: 'dayGridMonth' },
  { value: 'week', label: 'Week', byDay: 'dayGridWeek', byClock: 'timeGridWeek' },
  { value: 'day', label: 'Day', byDay: 'dayGridDay', byClock: 'timeGridDay' },
  { value: 'list', label: 'List', byDay: 'listMonth', byClock: 'listMonth' },
] as const;

/** The calendar's own name for a division: days have no hours to be divided into. */
export function viewOf(mode: string, isByDay: boolean): string {
  const found = MODES.find(({ value }) => value === mode) ?? MODES[0];
  return isByDay ? found.byDay : found.byClock;
}

export interface EventWish {
  meta: DocTypeMeta;
  fields: SpanFields;
  color: FieldMeta | undefined;
  mayMove(doc: Doc): boolean;
  mayStretch(doc: Doc): boolean;
}

export function eventsOf(docs: readonly Doc[], { meta, fields, color, mayMove, mayStretch }: EventWish): EventInput[] {
  return docs.flatMap((doc): EventInput[] => {
    const span = spanOf(doc, fields);
    if (!span) return [];
    const value = color ? doc[color.fieldname] : undefined;
    const tone = typeof value === 'string' ? toneOf(value, meta) : (docStateOf(meta, doc)?.tone ?? 'gray');
    return [
      {
        id: doc.name ?? '',
        title: titleOf(meta, doc),
        start: shownAt(span.start),
        end: span.end && shownAt(span.end),
        allDay: span.isWholeDay,
        color: `var(--event-${tone})`,
        contrastColor: 'var(--ink)',
        className: `event-${tone}`,
        startEditable: mayMove(doc),
        durationEditable: mayStretch(doc),
      },
    ];
  });
}

/** The calendar's clock is the reader's wall clock, taken for UTC: it knows of no other time zone. */
export function shownAt(value: string): string {
  return isDay(value) ? value : `${toWallClock(value)}Z`;
}

/** Back from there: a day, or a moment. */
export function meantBy(shown: Date, isByDay: boolean): string {
  const wall = shown.toISOString().slice(0, 19);
  return isByDay ? wall.slice(0, 10) : (fromWallClock(wall) ?? shown.toISOString());
}

function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value);
}

/** 0 is Sunday. Where the browser does not know the week of a language, it begins on Monday. */
export function firstDayOf(locale: string): number {
  const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?(): { firstDay: number } };
  return (known.getWeekInfo?.().firstDay ?? 1) % 7;
}
