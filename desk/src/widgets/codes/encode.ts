/** A text as the dark squares of its bar code or QR code. Drawn by ourselves: the libraries write style attributes. */
import { runsPath } from '../../meta/codes.ts';

export interface Drawn {
  path: string;
  width: number;
  height: number;
}

/** Undefined: this text cannot be written in this code. */
export async function encode(text: string, format: string): Promise<Drawn | undefined> {
  try {
    return format === 'QR' ? await encodeQr(text) : await encodeBars(text, format);
  } catch {
    return undefined;
  }
}

async function encodeQr(text: string): Promise<Drawn> {
  const { create } = await import('qrcode');
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const isDark = (column: number, row: number): boolean => Boolean(data[row * size + column]);
  return { path: runsPath(isDark, size, size), width: size, height: size };
}

type BarCodes = (
  target: { encodings?: readonly { data: string }[] },
  text: string,
  options: { format: string; flat: true; valid(isValid: boolean): void },
) => void;

async function encodeBars(text: string, format: string): Promise<Drawn | undefined> {
  const encodeInto = (await import('jsbarcode')).default as unknown as BarCodes;
  const target: Parameters<BarCodes>[0] = {};
  let isRight = true;
  const valid = (isValid: boolean): void => {
    isRight = isValid;
  };
  // Without the gaps that some codes have for their figures.
  encodeInto(target, text, { format, flat: true, valid });
  const bits = (target.encodings ?? []).map(({ data }) => data).join('');
  if (!isRight || bits === '') return undefined;
  return { path: runsPath((column) => bits[column] === '1', bits.length, 1), width: bits.length, height: 1 };
}
