/** What commands write: results to standard output, everything about the work itself to standard error. */

export type Cell = string | number;

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line for the person who waits or must act; never part of the result. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The whole result for a script. Nothing else may be written to standard output beside it. */
export function sayJson(value: unknown): void {
  say(JSON.stringify(value, null, 2));
}

/** Columns under their headings, numbers to the right. No rows: nothing. */
export function sayTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): void {
  if (rows.length === 0) return;
  const isNumber = headings.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const texts = [headings, ...rows].map((row) => row.map((cell) => oneLine(String(cell))));
  const widths = headings.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  for (const row of texts) {
    const cells = row.map((text, column) => {
      const width = widths[column] as number;
      return isNumber[column] ? text.padStart(width) : text.padEnd(width);
    });
    say(cells.join('  ').trimEnd());
  }
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Control characters of a stranger's file do not reach the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
