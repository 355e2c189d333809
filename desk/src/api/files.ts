/** Files: sent with their progress, listed by the document that they hang on, taken away and brought back. */
import type { Doc } from '../meta/types.ts';
import { ProblemError, parseBody, pathOf, refusalOf } from './client.ts';
import { listDocuments, removeDocument, restoreDocument, updateDocument } from './documents.ts';
import { server } from './server.ts';

const FILE = 'File';

export interface FileDoc extends Doc {
  name: string;
  file_name: string;
  file_url: string;
  file_size: number;
  /** Judged by the content. */
  file_type: string | null;
  is_private: boolean;
  owner: string;
}

export interface UploadWish {
  isPrivate?: boolean;
  /** The document that it is to hang on. Absent: on nothing yet, it is the sender's alone. */
  attachTo?: { doctype: string; name: string };
  signal?: AbortSignal;
  /** From 0 to 1; 1 is told before the server has answered. */
  onProgress?(share: number): void;
}

/** Throws ProblemError with what the server says of the file, or an AbortError. */
export function uploadFile(
  file: File,
  { isPrivate = true, attachTo, signal, onProgress }: UploadWish = {},
): Promise<FileDoc> {
  const form = new FormData();
  form.append('is_private', isPrivate ? '1' : '0');
  if (attachTo) {
    form.append('attached_to_doctype', attachTo.doctype);
    form.append('attached_to_name', attachTo.name);
  }
  form.append('file', file, file.name);
  // fetch tells nothing of how far it has come.
  const sender = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    const stop = (): void => sender.abort();
    sender.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress?.(loaded / total);
    };
    sender.onload = () => {
      const body = parseBody(sender.responseText);
      if (sender.status === 201) resolve((body as { items: FileDoc[] }).items[0] as FileDoc);
      else reject(refusalOf(sender.status, body, { headers: { get: (name) => sender.getResponseHeader(name) } }));
    };
    sender.onerror = () => reject(BROKEN_OFF());
    sender.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
    sender.onloadend = () => signal?.removeEventListener('abort', stop);
    const { base, token, credentials } = server();
    sender.open('POST', base + pathOf('file', 'upload'));
    sender.withCredentials = credentials === 'include';
    if (token) sender.setRequestHeader('authorization', `Bearer ${token}`);
    sender.setRequestHeader('accept', 'application/json');
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) reject(new DOMException('The upload was stopped.', 'AbortError'));
    else sender.send(form);
  });
}

/** The server cuts off whoever sends far more than it takes. */
const BROKEN_OFF = (): ProblemError =>
  new ProblemError(0, {
    type: 'network',
    title: 'No connection',
    detail: 'The upload broke off. Check your connection; or the file is far larger than the server takes.',
  });

const SHOWN = [
  'name',
  'file_name',
  'file_url',
  'file_size',
  'file_type',
  'is_private',
  'owner',
  'creation',
  'attached_to_field',
];
/** More are not shown. */
const MOST = 200;

/** The newest first. */
export async function listAttachments(doctype: string, name: string): Promise<{ items: FileDoc[]; hasMore: boolean }> {
  const page = await listDocuments<FileDoc>(FILE, {
    fields: SHOWN,
    filters: [
      ['attached_to_doctype', '=', doctype],
      ['attached_to_name', '=', name],
    ],
    order_by: 'creation desc',
    limit: MOST,
    count: 'none',
  });
  return { items: page.items, hasMore: page.has_more };
}

/** By its address; `isLoose`: only one that hangs on nothing. Undefined: there is none that may be read. */
export async function findFile(address: string, { isLoose = false } = {}): Promise<FileDoc | undefined> {
  const filters = [['file_url', '=', address], ...(isLoose ? [['attached_to_doctype', 'is', 'not set']] : [])];
  return (await listDocuments<FileDoc>(FILE, { fields: SHOWN, filters, limit: 1, count: 'none' })).items[0];
}

/** Takes away what was uploaded for a form and never saved with it. What hangs on a document stays. */
export async function discardLoose(address: string): Promise<void> {
  const file = await findFile(address, { isLoose: true });
  if (file) await removeFile(file.name);
}

/** Its address changes with it. */
export function publishFile(name: string, isPrivate: boolean): Promise<FileDoc> {
  return updateDocument(FILE, name, { is_private: isPrivate }) as Promise<FileDoc>;
}

export function removeFile(name: string): Promise<void> {
  return removeDocument(FILE, name);
}

export async function restoreFile(name: string): Promise<void> {
  await restoreDocument(FILE, name);
}

/** Never shown, always saved. */
export function downloadPath(address: string): string {
  return `${address}?download=1`;
}
