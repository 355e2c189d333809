/** Takes a whole list as a file to this computer: the server makes it of any length, and it can be stopped. */
import { computed, shallowRef } from 'vue';
import { exportDocuments, type FileWish } from '../api/documents.ts';
import { reader } from '../meta/reader.ts';

export type ExportFormat = FileWish['format'];

export interface ExportWish extends Omit<FileWish, 'time_zone'> {
  doctype: string;
}

export function useExport() {
  const bytes = shallowRef(0);
  const abort = shallowRef<AbortController | undefined>();

  /** Gives how many rows the file has; undefined when it was stopped. Throws ProblemError. */
  async function run({ doctype, ...wish }: ExportWish): Promise<number | undefined> {
    const mine = new AbortController();
    abort.value = mine;
    bytes.value = 0;
    try {
      const time_zone = reader.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
      const { content, headers } = await exportDocuments(doctype, { ...wish, time_zone }, mine.signal, (many) => {
        bytes.value = many;
      });
      keep(`${doctype}.${wish.format}`, content);
      return Number(headers.get('x-total-rows') ?? 0);
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      throw error;
    } finally {
      abort.value = undefined;
    }
  }

  return { run, bytes, isRunning: computed(() => abort.value !== undefined), stop: () => abort.value?.abort() };
}

function keep(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
