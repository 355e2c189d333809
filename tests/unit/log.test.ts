import { expect, test } from 'vitest';
import { createLog } from '../../server/log.ts';

function recording(isTerminal: boolean) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', isTerminal, write: (line) => lines.push(line) });
  return { log, lines };
}

test('one JSON object a line, with level, time and message', () => {
  const { log, lines } = recording(false);
  log.info({ port: 8000 }, 'listening\nhere');
  log.debug({}, 'not wanted');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    port: 8000,
    msg: 'listening\nhere',
  });
});

test('a person gets a short line, and the stack of an error below it', () => {
  const { log, lines } = recording(true);
  log.warn({ table: 'sales_order', rows: 3 }, 'slow statement');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN {2}slow statement table=sales_order rows=3\n$/);
  log.error({ err: new TypeError('no such thing') }, 'broken');
  expect(lines[1]).toMatch(/ERROR broken err=no such thing\nTypeError: no such thing\n +at /);
});

test('no secret is written, however deep it lies', () => {
  const { log, lines } = recording(false);
  const secret = 'hunter2-hunter2-hunter2';
  log.error(
    {
      headers: { Authorization: `Bearer ${secret}`, cookie: `sid=${secret}`, 'set-cookie': [`sid=${secret}`] },
      body: { users: [{ name: 'ann', new_password: secret, api_key: secret }] },
      url: `postgres://framework:${secret}@127.0.0.1/x`,
      err: new Error(`cannot reach smtp://me:${secret}@mail`, { cause: { token: secret } }),
    },
    `login with Basic ${secret} failed`,
  );
  expect(lines.join('')).not.toContain('hunter2');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    body: { users: [{ name: 'ann' }] },
    err: { message: expect.stringContaining('smtp://me:') },
  });
});

test('what cannot be JSON does not break the caller', () => {
  const { log, lines } = recording(false);
  const loop: Record<string, unknown> = { big: 10n };
  loop.self = loop;
  log.info(loop, 'loop');
  log.info(Object.create(null), 'bare');
  expect(lines).toHaveLength(2);
});
