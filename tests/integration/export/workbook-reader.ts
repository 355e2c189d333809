/** Reads a workbook as a spreadsheet program would, by its directory and its XML: the cells of its first sheet. */
import { crc32, inflateRawSync } from 'node:zlib';

export interface ReadCell {
  type: 'number' | 'boolean' | 'text';
  value: number | boolean | string;
  /** The number format, of a date or a time. */
  format: string | undefined;
}

export interface ReadSheet {
  name: string;
  /** By rows; holes where a cell is empty. */
  rows: (ReadCell | undefined)[][];
}

/** Throws when the archive contradicts itself. */
export function readWorkbook(file: Buffer): ReadSheet {
  const parts = unzip(file);
  const part = (name: string): string => {
    const text = parts.get(name);
    if (text === undefined) throw new Error(`no ${name}`);
    return text;
  };
  const formats = formatsOf(part('xl/styles.xml'));
  const name = /<sheet name="([^"]*)"/.exec(part('xl/workbook.xml'))?.[1] ?? '';
  const rows = [...part('xl/worksheets/sheet1.xml').matchAll(/<row r="(\d+)">(.*?)<\/row>/gs)].map(
    ([, , cells = '']) => {
      const row: (ReadCell | undefined)[] = [];
      for (const [, letters = '', style, kind, inner = ''] of cells.matchAll(
        /<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?>(.*?)<\/c>/gs,
      ))
        row[columnOf(letters)] = cellOf(kind, inner, formats[Number(style ?? 0)]);
      return row;
    },
  );
  return { name: unescaped(name), rows };
}

function cellOf(kind: string | undefined, inner: string, format: string | undefined): ReadCell {
  if (inner.includes('<f>')) throw new Error('a formula');
  if (kind === 'inlineStr') {
    const text = /^<is><t xml:space="preserve">(.*)<\/t><\/is>$/s.exec(inner)?.[1];
    if (text === undefined) throw new Error(`no text in ${inner}`);
    return { type: 'text', value: unescaped(text), format };
  }
  const value = /^<v>(.*)<\/v>$/.exec(inner)?.[1] ?? '';
  return kind === 'b'
    ? { type: 'boolean', value: value === '1', format }
    : { type: 'number', value: Number(value), format };
}

function formatsOf(styles: string): (string | undefined)[] {
  const named = new Map(
    [...styles.matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map(([, id, code]) => [
      id,
      code?.replaceAll('\\', ''),
    ]),
  );
  const used = /<cellXfs[^>]*>(.*)<\/cellXfs>/s.exec(styles)?.[1] ?? '';
  return [...used.matchAll(/<xf numFmtId="(\d+)"/g)].map(([, id]) => named.get(id));
}

function columnOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#13;', '\r')
    .replaceAll('&amp;', '&')
    .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** By the central directory, each part with its length and CRC checked. */
export function unzip(file: Buffer): Map<string, string> {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const count = file.readUInt16LE(end + 10);
  let at = file.readUInt32LE(end + 16);
  const parts = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const [crc, packed, size] = [16, 20, 24].map((offset) => file.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const content = inflateRawSync(file.subarray(start, start + packed));
    if (content.length !== size || crc32(content) !== crc) throw new Error(`${name} is not what the directory says`);
    parts.set(name, content.toString('utf8'));
    at += 46 + nameLength;
  }
  return parts;
}
