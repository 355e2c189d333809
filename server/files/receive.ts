/**
 * The body of an upload, streamed into the store: a form with any number of files among its fields, or one file as
 * it is. Nothing of it is held in memory but the fields, and whatever goes wrong leaves no draft behind.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BusboyFileStream, Busboy as BusboyParser } from '@fastify/busboy';
import { AppError } from '../kernel/error.ts';
import { type Body, bodyOf } from './body.ts';
import { fileTooLarge, type Incoming, takeIn } from './incoming.ts';
import type { FileStore } from './store.ts';

export interface Received {
  files: readonly Incoming[];
  /** The form's other fields: text, each once. */
  fields: ReadonlyMap<string, string>;
}

export interface Receiver {
  store: FileStore;
  /** Bytes of one file. */
  limit: number;
  /** A sender that is silent for longer has gone. */
  idleMs: number;
}

const MOST_FILES = 20;
const MOST_FIELDS = 40;
const LONGEST_FIELD = 64 * 1024;
/** Of the form around the files. */
const FORM_BYTES = 1024 * 1024;

export function isForm(contentType: string | null): boolean {
  return /^\s*multipart\/form-data\s*(?:;|$)/i.test(contentType ?? '');
}

/** One file that is the whole body. Throws `too_large`, `bad_request` for a body that breaks off. */
export async function receiveRaw(request: Request, fileName: string, receiver: Receiver): Promise<Incoming> {
  const body = bodyOf(request, receiver.idleMs);
  return body.orRunOut(async () => {
    refuseAnnounced(request, receiver.limit, receiver.limit);
    return takeIn({ ...receiver, fileName, source: body.chunks() });
  });
}

/** Throws the same, and `bad_request` for a form that is none or holds too much. */
export async function receiveForm(request: Request, receiver: Receiver): Promise<Received> {
  const body = bodyOf(request, receiver.idleMs);
  return body.orRunOut(() => takeForm(request, body, receiver));
}

async function takeForm(request: Request, body: Body, receiver: Receiver): Promise<Received> {
  refuseAnnounced(request, receiver.limit * MOST_FILES + FORM_BYTES, receiver.limit);
  const form = openForm(request.headers.get('content-type') ?? '');
  const parts = gatherParts(form, receiver);
  try {
    await pipeline(Readable.from(body.chunks(), { objectMode: false }), form);
  } catch (error) {
    parts.fail(error instanceof AppError ? error : badForm((error as Error).message.slice(0, 200)));
  }
  const settled = await Promise.allSettled(parts.taking);
  const files = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failure = parts.failure();
  if (failure === undefined) return { files: await withoutEmptyInputs(files), fields: parts.fields };
  await discardAll(files);
  throw failure;
}

interface Parts {
  fields: ReadonlyMap<string, string>;
  taking: readonly Promise<Incoming>[];
  /** The first of them counts; what comes after it is of no interest. */
  fail(error: unknown): void;
  failure(): unknown;
}

/** Listens to a form: files go into the store as they come. */
function gatherParts(form: Busboy, receiver: Receiver): Parts {
  const fields = new Map<string, string>();
  const taking: Promise<Incoming>[] = [];
  const streams: BusboyFileStream[] = [];
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    form.destroy();
    // A form that broke off leaves its last file open: nobody must wait for the rest.
    for (const stream of streams) stream.destroy();
  };
  form.on('file', (_field: string, stream: BusboyFileStream, name: string | undefined) => {
    stream.on('error', () => undefined);
    streams.push(stream);
    const taken = takeIn({ ...receiver, fileName: plainName(name ?? ''), source: stream });
    taken.catch(fail);
    taking.push(taken);
  });
  form.on('field', (name: string, value: string, isNameCut: boolean, isValueCut: boolean) => {
    const shown = JSON.stringify(name.slice(0, 80));
    if (isNameCut || isValueCut) fail(badForm(`the field ${shown} is longer than ${LONGEST_FIELD} bytes`));
    else if (fields.has(name)) fail(badForm(`the field ${shown} comes twice`));
    else fields.set(name, value);
  });
  form.on('filesLimit', () => fail(badForm(`it has more than ${MOST_FILES} files. Send the others apart`)));
  form.on('fieldsLimit', () => fail(badForm(`it has more than ${MOST_FIELDS} fields`)));
  form.on('partsLimit', () => fail(badForm(`it has more than ${MOST_FILES + MOST_FIELDS} parts`)));
  return { fields, taking, fail, failure: () => failure };
}

type Busboy = InstanceType<typeof BusboyParser>;

export async function discardAll(files: readonly Incoming[]): Promise<void> {
  await Promise.all(files.map(({ draft }) => draft.discard()));
}

/** Browsers write what would end the name or the line so, and nothing else. */
function plainName(sent: string): string {
  return sent.replace(/%22/g, '"').replace(/%0[AD]/gi, ' ');
}

/** What is announced too large is refused before a byte of it is read. */
function refuseAnnounced(request: Request, most: number, limit: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw fileTooLarge(limit);
}

function openForm(contentType: string): Busboy {
  try {
    return new BusboyParser({
      headers: { 'content-type': contentType },
      isPartAFile: (_field, _type, name) => name !== undefined,
      limits: {
        fieldNameSize: 100,
        fieldSize: LONGEST_FIELD,
        fields: MOST_FIELDS,
        files: MOST_FILES,
        parts: MOST_FILES + MOST_FIELDS,
        headerPairs: 50,
        headerSize: 32 * 1024,
      },
    });
  } catch (error) {
    throw badForm((error as Error).message.slice(0, 200));
  }
}

/** Browsers send a file input that nobody used as a file without name and content. */
async function withoutEmptyInputs(files: readonly Incoming[]): Promise<Incoming[]> {
  const unused = files.filter(({ fileName, size }) => fileName === '' && size === 0);
  await discardAll(unused);
  return files.filter((file) => !unused.includes(file));
}

function badForm(why: string): AppError {
  return new AppError('bad_request', `The form cannot be read: ${why}.`);
}
