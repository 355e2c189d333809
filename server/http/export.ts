/** POST /api/v1/{doctype}/export: a list as a file. The wish stands in the body, so that many names have room in it. */
import type { Context } from '../documents/contract.ts';
import { clockIn } from '../export/cells.ts';
import { type ExportFormat, exportList, FORMATS } from '../export/export.ts';
import { isRightToLeft } from '../i18n/language.ts';
import { ALL, and, type Filter } from '../kernel/filter.ts';
import { parseOrder, parsePaths } from '../query/field-wishes.ts';
import { parseFilters } from '../query/filters.ts';
import { MAX_FIELDS } from '../query/request.ts';
import { parseSearch } from '../query/wire.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Answer, Call, Route } from './call.ts';
import { nameParameters } from './file-answer.ts';
import { flagOf, refusal, takes } from './given.ts';
import { wordsFor } from './language.ts';

const KEYS = ['format', 'fields', 'filters', 'or_filters', 'q', 'order_by', 'time_zone', 'bom'];

const TYPES: Readonly<Record<ExportFormat, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

async function exported(call: Call, ctx: Context): Promise<Answer> {
  const [, , doctype = ''] = call.segments;
  takes(call, KEYS);
  const { given } = call;
  const format = FORMATS.find((known) => known === (given.format ?? 'xlsx'));
  if (!format) throw refusal('format', `format must be one of ${FORMATS.join(', ')}`);
  const words = await wordsFor(call, ctx);
  const { total, content } = await exportList(ctx, {
    doctype,
    format,
    paths: pathsOf(given.fields),
    request: { filter: filterOf(call), search: parseSearch(textOf(given.q, 'q')), order: orderOf(given.order_by) },
    labelOf: (plan: DocTypePlan, path) => words.of(plan.byName.get(path)?.label ?? path, plan.name),
    clock: clockOf(given.time_zone),
    isRightToLeft: isRightToLeft(words.language),
    hasMark: flagOf(given.bom, 'bom', true),
  });
  return {
    status: 200,
    headers: {
      'content-type': TYPES[format],
      'content-disposition': `attachment; ${nameParameters(`${doctype}.${format}`)}`,
      'x-total-rows': String(total),
    },
    body: taken(content),
  };
}

/** A part is made when the one before was taken; what is given up stops being made. */
function taken(content: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await content.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await content.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}

function pathsOf(given: unknown): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  const paths = [...new Set(parsePaths(given, 'fields'))];
  if (paths.length > 0 && paths.length <= MAX_FIELDS) return paths;
  throw refusal('fields', `fields must name 1 to ${MAX_FIELDS} fields; there are ${paths.length}`);
}

function filterOf({ given }: Call): Filter {
  const { filters, or_filters: alternatives } = given;
  return and(
    filters === undefined || filters === null ? ALL : parseFilters(filters, 'filters'),
    alternatives === undefined || alternatives === null ? ALL : parseFilters(alternatives, 'or_filters', 'or'),
  );
}

function orderOf(given: unknown): ReturnType<typeof parseOrder> | undefined {
  return given === undefined || given === null || given === '' ? undefined : parseOrder(given, 'order_by');
}

function clockOf(given: unknown): (time: number) => number {
  const zone = textOf(given, 'time_zone') ?? 'UTC';
  const clock = clockIn(zone);
  if (clock) return clock;
  throw refusal('time_zone', `${JSON.stringify(zone.slice(0, 80))} is no time zone. Name one as Europe/Berlin.`);
}

function textOf(given: unknown, field: string): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === 'string') return given;
  throw refusal(field, `${field} must be a text`);
}

export const exportRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/v1/*/export',
    query: ['_lang'],
    access: 'signed-in',
    guests: true,
    scoped: true,
    answer: exported,
  },
];
