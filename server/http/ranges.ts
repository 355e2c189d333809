/** The header Range (RFC 9110): one range of bytes. Several at once, and what is no range, are answered whole. */
import type { ByteRange } from '../files/store.ts';

/** Undefined: the whole; `none`: bytes are asked for that are not there. */
export function rangeOf(header: string | null, size: number): ByteRange | 'none' | undefined {
  const [, from = '', to = ''] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const count = Math.min(Number(to), size);
    return count === 0 ? 'none' : { first: size - count, last: size - 1 };
  }
  const [first, last] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
  // A range that ends before it begins is none at all.
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'none' : { first, last };
}
