import { expect, test } from 'vitest';
import { places, sourcesOf } from '../support/sources.ts';

/** An identifier or a statement as raw text: only where identifiers come out of a plan. */
const RAW = /\bsql\s*\.\s*raw\b/g;

test('raw SQL is written in server/db alone', () => {
  const others = sourcesOf('server').filter((source) => !source.path.startsWith('server/db/'));
  expect(places(others, RAW)).toEqual([]);
});

test('the search finds what it looks for', () => {
  expect(places([{ path: 'x.ts', text: 'await sql\n  .raw(text).execute(db);' }], RAW)).toHaveLength(1);
});
