/**
 * Says on standard error what a command is at when it takes over two seconds: one line that is rewritten
 * on a terminal, a line a second elsewhere. Knows nothing of the work.
 */

const PATIENCE_MS = 2000;
const EVERY_MS = 1000;

/** Runs the work; `report` may say how far it is ("120 of 302"). Gives what the work gives. */
export async function withProgress<T>(label: string, work: (report: (how: string) => void) => Promise<T>): Promise<T> {
  const begun = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  let how = '';
  let isShown = false;
  const show = (): void => {
    isShown = true;
    const seconds = Math.round((performance.now() - begun) / 1000);
    const line = `${label} … ${how ? `${how}, ` : ''}${seconds} s`;
    process.stderr.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
  };
  let timer = setTimeout(() => {
    show();
    timer = setInterval(show, EVERY_MS);
  }, PATIENCE_MS);
  try {
    return await work((text) => {
      how = text;
    });
  } finally {
    // A time-out and an interval have one kind of handle.
    clearInterval(timer);
    if (isShown && isTerminal) process.stderr.write('\r\x1b[K');
  }
}
