/**
 * A ZIP archive as it is made: each entry is compressed while its content comes, and nothing is kept but a line for
 * the directory at the end. Knows bytes, and nothing of what is in them.
 */
import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

export interface ZipEntry {
  /** ASCII. */
  name: string;
  content(): AsyncIterable<string> | Iterable<string>;
}

interface Written {
  name: Buffer;
  at: number;
  crc: number;
  packed: number;
  size: number;
}

/** Lengths and CRC follow the data, names are UTF-8; deflated; MS-DOS has no earlier day than this. */
const FLAGS = 0x0808;
const DEFLATED = 8;
const NO_TIME = 0;
const FIRST_DAY = 0x0021;
const VERSION = 20;
/** What a ZIP without its later extension can say. */
const MOST = 0xffffffff;

/** Ends early, and lets go of what it reads, when nobody takes more. */
export async function* zip(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const written: Written[] = [];
  let at = 0;
  for (const entry of entries) {
    const head = { name: Buffer.from(entry.name, 'ascii'), at, crc: 0, packed: 0, size: 0 };
    const local = localHeader(head.name);
    at += local.length;
    yield local;
    for await (const chunk of deflated(entry, head)) {
      at += chunk.length;
      yield chunk;
    }
    if (at > MOST || head.size > MOST) throw new Error('the archive is larger than 4 GB');
    const tail = numbers([
      [0x08074b50, 4],
      [head.crc, 4],
      [head.packed, 4],
      [head.size, 4],
    ]);
    at += tail.length;
    yield tail;
    written.push(head);
  }
  yield directory(written, at);
}

/** Counts in `head` what goes through. */
async function* deflated(entry: ZipEntry, head: Written): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const text of entry.content()) {
      const part = Buffer.from(text, 'utf8');
      head.crc = crc32(part, head.crc);
      head.size += part.length;
      yield part;
    }
  }
  // An error on the way comes out of the stream that is read here.
  const stream = pipeline(Readable.from(bytes()), createDeflateRaw({ level: 6 }), () => undefined);
  for await (const chunk of stream as AsyncIterable<Buffer<ArrayBuffer>>) {
    head.packed += chunk.length;
    yield chunk;
  }
}

function localHeader(name: Buffer): Uint8Array<ArrayBuffer> {
  const head = numbers([
    [0x04034b50, 4],
    [VERSION, 2],
    [FLAGS, 2],
    [DEFLATED, 2],
    [NO_TIME, 2],
    [FIRST_DAY, 2],
    [0, 4],
    [0, 4],
    [0, 4],
    [name.length, 2],
    [0, 2],
  ]);
  return Buffer.concat([head, name]);
}

function directory(written: readonly Written[], start: number): Uint8Array<ArrayBuffer> {
  const lines = written.flatMap(({ name, at, crc, packed, size }) => [
    numbers([
      [0x02014b50, 4],
      [VERSION, 2],
      [VERSION, 2],
      [FLAGS, 2],
      [DEFLATED, 2],
      [NO_TIME, 2],
      [FIRST_DAY, 2],
      [crc, 4],
      [packed, 4],
      [size, 4],
      [name.length, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [at, 4],
    ]),
    name,
  ]);
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  const count = written.length;
  const end = numbers([
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [length, 4],
    [start, 4],
    [0, 2],
  ]);
  return Buffer.concat([...lines, end]);
}

/** Little-endian, each in so many bytes. */
function numbers(list: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer<ArrayBuffer> {
  const buffer = Buffer.alloc(list.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of list) {
    buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}
