/** Bar codes and QR codes: what a field wants drawn, and what a stored value says. Pure. */

/** In capitals, as `CODE128`, `EAN13`, `QR`. Of `options`, which are a name or JSON as Frappe has it. */
export function codeFormat(options: string | undefined): string {
  const text = (options ?? '').trim();
  const named = text.startsWith('{') ? formatIn(text) : text;
  const format = named.toUpperCase().replaceAll(/[\s_-]/g, '');
  return format === 'QRCODE' ? 'QR' : format || 'CODE128';
}

function formatIn(json: string): string {
  try {
    return String((JSON.parse(json) as { format?: unknown }).format ?? '');
  } catch {
    return '';
  }
}

/** Frappe's form stores the drawing, with the text in an attribute of it. */
export function codeText(value: unknown): string {
  if (typeof value !== 'string') return '';
  if (!/^\s*<svg\b/i.test(value)) return value;
  return /data-barcode-value="([^"]*)"/.exec(value)?.[1] ?? '';
}

/** Squares of a grid as one SVG path: one run for each row of dark ones. */
export function runsPath(isDark: (column: number, row: number) => boolean, width: number, height: number): string {
  let path = '';
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      const start = column;
      while (column < width && isDark(column, row)) column += 1;
      if (column > start) path += `M${start} ${row}h${column - start}v1h-${column - start}z`;
    }
  return path;
}
