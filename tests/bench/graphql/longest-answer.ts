/**
 * How long a server's event loop was held up while something went on, seen from outside: /health is asked
 * every 5 ms over one connection, in a thread of its own, whose clock the rest of the benchmark cannot delay.
 */
import { Agent, get } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const PAUSE_MS = 5;

/** The longest answer in milliseconds, those under way at the beginning and at the end included. */
export async function longestHealthAnswer(url: string, work: () => Promise<void>): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: url });
  const next = () =>
    new Promise<number>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  try {
    await next();
    await work();
    const longest = next();
    worker.postMessage('stop');
    return await longest;
  } finally {
    await worker.terminate();
  }
}

async function poll(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let isOver = false;
  let longest = 0;
  parentPort?.once('message', () => {
    isOver = true;
  });
  await timeOf(url, agent);
  parentPort?.postMessage(0);
  while (!isOver) {
    longest = Math.max(longest, await timeOf(url, agent));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  parentPort?.postMessage(longest);
}

function timeOf(url: string, agent: Agent): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(performance.now() - begin));
    }).once('error', reject);
  });
}

if (!isMainThread) await poll(workerData as string);
