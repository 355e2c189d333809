/** The file that a field names: uploaded for it, published or withdrawn, and taken away again when it was never saved. */
import { shallowRef } from 'vue';
import { discardLoose, downloadPath, findFile, publishFile } from '../api/files.ts';
import { isKeptHere, isPrivateAddress } from '../meta/files.ts';
import { __ } from './useI18n.ts';
import { useUploads } from './useUploads.ts';

export interface FileFieldWish {
  address(): string;
  isPrivate(): boolean;
  refuse?(file: { name: string; type: string }): string | undefined;
  change(address: string | null): void;
}

export function useFileField(wish: FileFieldWish) {
  const error = shallowRef('');
  const { uploads, isBusy, start, retry, drop } = useUploads({
    wish: () => ({ isPrivate: wish.isPrivate() }),
    refuse: wish.refuse,
    done: ({ file_url }) => set(file_url),
  });
  /** Uploaded here since the form was opened: nobody else can name them. */
  const mine = new Set<string>();

  function set(address: string | null): void {
    error.value = '';
    const before = wish.address();
    // It may have been saved meanwhile: only what hangs on nothing goes.
    if (mine.delete(before)) discardLoose(before).catch(() => undefined);
    if (address !== null && isKeptHere(address)) mine.add(address);
    wish.change(address);
  }

  /** One field names one file: of several the first counts. */
  function send(files: readonly File[]): void {
    for (const { id } of uploads.value) drop(id);
    error.value = files.length > 1 ? __('Only one file fits here: “{0}” was taken.', files[0]?.name ?? '') : '';
    start(files.slice(0, 1));
  }

  async function publish(): Promise<void> {
    const address = wish.address();
    error.value = '';
    try {
      const file = await findFile(address);
      if (!file) throw new Error(__('This file is not yours to change.'));
      const { file_url } = await publishFile(file.name, !isPrivateAddress(address));
      if (mine.delete(address)) mine.add(file_url);
      wish.change(file_url);
    } catch (refusal) {
      error.value = (refusal as Error).message;
    }
  }

  return { uploads, isBusy, error, send, retry, drop, set, publish, downloadPath };
}
