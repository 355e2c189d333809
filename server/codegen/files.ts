/** Generated files on disk: only files of ours are overwritten, only what differs is written. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../kernel/error.ts';
import { isOurs } from './header.ts';

export interface WrittenFile {
  file: string;
  changed: boolean;
}

/** Throws before anything is written when one of them is somebody else's, or the folder is none. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<WrittenFile[]> {
  const wanted = await Promise.all(
    [...files].map(async ([name, text]) => {
      const file = path.join(folder, name);
      return { file, text, present: await textOf(file) };
    }),
  );
  const strange = wanted.find(({ present }) => present !== undefined && !isOurs(present));
  if (strange)
    throw new AppError(
      'duplicate',
      `${strange.file} was not made by "m codegen client", so it is left alone. Choose another folder, or move it away.`,
    );
  await mkdir(folder, { recursive: true });
  const changed = wanted.filter(({ text, present }) => text !== present);
  for (const { file, text } of changed) await writeFile(file, text);
  return wanted.map(({ file, text, present }) => ({ file, changed: text !== present }));
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR')
      throw new AppError('bad_request', `${path.dirname(file)} is a file: name a folder for the client.`);
    throw error;
  }
}
