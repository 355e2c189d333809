/** Files on their way to the server: how far each has come, what was said to it, stopped and tried again. */
import { computed, onScopeDispose, shallowRef } from 'vue';
import { type FileDoc, removeFile, type UploadWish, uploadFile } from '../api/files.ts';

export interface Upload {
  id: number;
  file: File;
  /** From 0 to 1. */
  share: number;
  /** Why it was refused; it waits for another try. */
  error?: string;
}

export interface UploadsWish {
  /** Asked when a file is sent. */
  wish(): Pick<UploadWish, 'isPrivate' | 'attachTo'>;
  /** What is wrong with a file, by what the sender says of it or, once it is there, by what the server has found. */
  refuse?(file: { name: string; type: string }): string | undefined;
  done(made: FileDoc): void;
}

let last = 0;

export function useUploads({ wish, refuse = () => undefined, done }: UploadsWish) {
  const uploads = shallowRef<readonly Upload[]>([]);
  const senders = new Map<number, AbortController>();
  onScopeDispose(() => {
    for (const sender of senders.values()) sender.abort();
  });

  function change(id: number, more: Partial<Upload>): void {
    uploads.value = uploads.value.map((upload) => (upload.id === id ? { ...upload, ...more } : upload));
  }

  function drop(id: number): void {
    senders.get(id)?.abort();
    senders.delete(id);
    uploads.value = uploads.value.filter((upload) => upload.id !== id);
  }

  async function send(id: number, file: File): Promise<void> {
    const wrong = refuse(file);
    if (wrong) return change(id, { error: wrong });
    const sender = new AbortController();
    senders.set(id, sender);
    change(id, { error: undefined, share: 0 });
    try {
      const onProgress = (share: number): void => change(id, { share });
      const made = await uploadFile(file, { ...wish(), signal: sender.signal, onProgress });
      const unfit = refuse({ name: made.file_name, type: made.file_type ?? '' });
      if (unfit) {
        await removeFile(made.name);
        return change(id, { error: unfit });
      }
      drop(id);
      done(made);
    } catch (error) {
      senders.delete(id);
      if (!sender.signal.aborted) change(id, { error: (error as Error).message });
    }
  }

  /** Each goes its own way: one that is refused keeps no other back. */
  function start(files: readonly File[]): void {
    for (const file of files) {
      last += 1;
      const id = last;
      uploads.value = [...uploads.value, { id, file, share: 0 }];
      void send(id, file);
    }
  }

  function retry(id: number): void {
    const upload = uploads.value.find((one) => one.id === id);
    if (upload) void send(id, upload.file);
  }

  return {
    uploads,
    isBusy: computed(() => uploads.value.some(({ error }) => error === undefined)),
    start,
    retry,
    /** Stops it, or forgets it. */
    drop,
  };
}

/** What was dropped or pasted that is a file. */
export function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}

/** Whether what is being dragged is a file: its name is not told before it is dropped. */
export function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') === true;
}
