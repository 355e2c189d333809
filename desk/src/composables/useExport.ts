/** Writes a whole list into a file of this computer, page by page, so that any length can be had and be stopped. */
import { computed, shallowRef } from 'vue';
import { type ListWish, listDocuments, type Page } from '../api/documents.ts';
import { csvHead, csvRows, jsonRows } from '../meta/export.ts';
import type { Doc, FieldMeta } from '../meta/types.ts';

const AT_ONCE = 1000;

export interface ExportWish {
  doctype: string;
  format: 'csv' | 'json';
  columns: readonly FieldMeta[];
  list: Pick<ListWish, 'filters' | 'q' | 'order_by'>;
  /** These, that are there already, instead of what the list asks for. */
  rows?: readonly Doc[];
}

export function useExport() {
  const done = shallowRef(0);
  const total = shallowRef<number | undefined>();
  const abort = shallowRef<AbortController | undefined>();

  /** Gives how many rows the file has; undefined when it was stopped. Throws ProblemError. */
  async function run(wish: ExportWish): Promise<number | undefined> {
    const mine = new AbortController();
    abort.value = mine;
    done.value = 0;
    total.value = undefined;
    try {
      const parts = await collect(wish, mine.signal);
      download(
        `${wish.doctype}.${wish.format}`,
        new Blob(parts, { type: wish.format === 'csv' ? 'text/csv' : 'application/json' }),
      );
      return done.value;
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      throw error;
    } finally {
      abort.value = undefined;
    }
  }

  async function collect({ doctype, format, columns, list, rows }: ExportWish, signal: AbortSignal): Promise<string[]> {
    const parts = [format === 'csv' ? csvHead(columns) : '['];
    if (rows) {
      done.value = rows.length;
      return [...parts, format === 'csv' ? csvRows(columns, rows) : `${jsonText(jsonRows(columns, rows), false)}\n]\n`];
    }
    const fields = [...new Set(['name', ...columns.map(({ fieldname }) => fieldname)])];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const count: 'exact' | 'none' = cursor === '' ? 'exact' : 'none';
      const page: Page = await listDocuments(doctype, { ...list, fields, limit: AT_ONCE, cursor, count }, signal);
      total.value ??= page.total;
      if (format === 'csv') parts.push(csvRows(columns, page.items));
      else parts.push(jsonText(jsonRows(columns, page.items), done.value > 0));
      done.value += page.items.length;
      cursor = page.has_more ? (page.next_cursor ?? undefined) : undefined;
    }
    if (format === 'json') parts.push('\n]\n');
    return parts;
  }

  return { run, done, total, isRunning: computed(() => abort.value !== undefined), stop: () => abort.value?.abort() };
}

function jsonText(rows: readonly Record<string, unknown>[], isLater: boolean): string {
  const text = rows.map((row) => `\n  ${JSON.stringify(row)}`).join(',');
  return isLater && text !== '' ? `,${text}` : text;
}

function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
