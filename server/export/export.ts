/**
 * A whole list as a file, page by page while it is taken: of any length, in bounded memory. Who may not export is
 * refused, and rows and fields are those of the list. The first page is read before the answer begins, so that what is
 * wrong with the wish is still a refusal.
 */
import { permit, planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { readList } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import type { ListRequest } from '../query/request.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { type Cell, cellOf, type ExportColumn } from './cells.ts';
import { csvLine, MARK } from './text.ts';
import { MOST_SHEET_COLUMNS, MOST_SHEET_ROWS, workbook } from './workbook.ts';

export const FORMATS = ['xlsx', 'csv', 'json'] as const;
export type ExportFormat = (typeof FORMATS)[number];

const AT_ONCE = 1000;

export interface ExportWish {
  doctype: string;
  format: ExportFormat;
  /** Undefined: the name and the fields of the list view. */
  paths?: readonly string[];
  request: Pick<ListRequest, 'filter' | 'search' | 'order'>;
  /** The head of a column; default: its label. */
  labelOf?(plan: DocTypePlan, path: string): string;
  /** The wall clock that moments are shown by. */
  clock(time: number): number;
  /** As the words of it are read: the sheet of a workbook stands the same way. */
  isRightToLeft?: boolean;
  /** Without it, Excel takes CSV for another encoding. */
  hasMark: boolean;
}

export interface Exported {
  total: number;
  /** Bytes, as they are taken. */
  content: AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

type Row = Readonly<Record<string, unknown>>;

interface Page {
  items: Row[];
  total?: number;
  next_cursor?: string | null;
}

export async function exportList(ctx: Context, wish: ExportWish): Promise<Exported> {
  const plan = planOf(ctx, wish.doctype);
  permit(ctx, plan, 'export');
  const columns = columnsOf(plan, wish);
  const read = (cursor: string): Promise<Page> => readPage(ctx, wish, columns, cursor);
  const first = await read('');
  const total = first.total ?? first.items.length;
  if (wish.format === 'xlsx') refuseTooMuch(total, columns.length);
  return { total, content: contentOf(wish, columns, pagesFrom(first, read)) };
}

function columnsOf(plan: DocTypePlan, { paths, labelOf }: ExportWish): ExportColumn[] {
  const wanted = paths ?? [...new Set(['name', ...plan.listFields])];
  return wanted.map((path, index) => {
    const field = plan.byName.get(path);
    return { path, key: field ? path : `column_${index}`, field, label: labelOf?.(plan, path) ?? field?.label ?? path };
  });
}

async function readPage(
  ctx: Context,
  wish: ExportWish,
  columns: readonly ExportColumn[],
  cursor: string,
): Promise<Page> {
  const text = await readList(ctx, {
    doctype: wish.doctype,
    action: 'export',
    request: {
      ...wish.request,
      fields: columns.map(({ path, key }) => ({ kind: 'path', path, ...(key === path ? {} : { as: key }) })),
      groupBy: [],
      limit: AT_ONCE,
      offset: 0,
      count: cursor === '' ? 'exact' : 'none',
      cursor,
      expand: [],
    },
  });
  return JSON.parse(text) as Page;
}

function refuseTooMuch(total: number, columns: number): void {
  if (total <= MOST_SHEET_ROWS && columns <= MOST_SHEET_COLUMNS) return;
  throw new AppError(
    'bad_request',
    `An Excel sheet holds ${MOST_SHEET_ROWS} rows of ${MOST_SHEET_COLUMNS} columns; this would be ${total} of ${columns}. Narrow the list with filters, or take csv or json.`,
  );
}

async function* pagesFrom(first: Page, read: (cursor: string) => Promise<Page>): AsyncGenerator<Row[]> {
  let page = first;
  while (true) {
    yield page.items;
    if (!page.next_cursor) return;
    page = await read(page.next_cursor);
  }
}

function contentOf(
  wish: ExportWish,
  columns: readonly ExportColumn[],
  pages: AsyncGenerator<Row[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const labels = columns.map(({ label }) => label);
  if (wish.format === 'xlsx')
    return workbook({
      title: wish.doctype,
      labels,
      isRightToLeft: wish.isRightToLeft,
      pages: cellsOf(pages, columns, wish.clock),
    });
  return encoded(wish.format === 'csv' ? csv(labels, columns, pages, wish.hasMark) : json(columns, pages));
}

async function* cellsOf(
  pages: AsyncGenerator<Row[]>,
  columns: readonly ExportColumn[],
  clock: ExportWish['clock'],
): AsyncGenerator<Cell[][]> {
  let count = 0;
  for await (const page of pages) {
    // Documents that were made meanwhile come on top of what was counted.
    count += page.length;
    if (count > MOST_SHEET_ROWS) throw new Error('more rows came than a sheet holds');
    yield page.map((row) => columns.map((column) => cellOf(row[column.key], column, clock)));
  }
}

async function* csv(
  labels: readonly string[],
  columns: readonly ExportColumn[],
  pages: AsyncGenerator<Row[]>,
  hasMark: boolean,
): AsyncGenerator<string> {
  yield (hasMark ? MARK : '') + csvLine(labels);
  for await (const page of pages) yield page.map((row) => csvLine(columns.map(({ key }) => row[key]))).join('');
}

async function* json(columns: readonly ExportColumn[], pages: AsyncGenerator<Row[]>): AsyncGenerator<string> {
  let isLater = false;
  yield '[';
  for await (const page of pages) {
    const texts = page.map((row) =>
      JSON.stringify(Object.fromEntries(columns.map(({ path, key }) => [path, row[key] ?? null]))),
    );
    if (texts.length > 0) yield `${isLater ? ',' : ''}\n  ${texts.join(',\n  ')}`;
    isLater ||= texts.length > 0;
  }
  yield '\n]\n';
}

async function* encoded(texts: AsyncGenerator<string>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}
