/** A server compiles ahead what nobody has asked for; a definition that cannot be read is no end of it. */
import { expect, test } from 'vitest';
import { compileAhead } from '../../server/doctypes/compile-ahead.ts';
import type { SnapshotStore } from '../../server/doctypes/store.ts';
import { createSnapshot } from '../../server/schema/snapshot.ts';
import { docType, planOf } from '../support/plans.ts';

test('the plans after one that cannot be made are made too, each once', async () => {
  const made: string[] = [];
  const source = (name: string) => ({
    name,
    table: name.toLowerCase(),
    module: 'Test',
    compile() {
      made.push(name);
      if (name === 'Broken') throw new TypeError('a field is null');
      return planOf(docType(name, ['title']));
    },
  });
  const snapshot = createSnapshot(1, ['After', 'Broken', 'Card'].map(source));
  const store = { current: () => snapshot, follow: () => () => undefined } as unknown as SnapshotStore;
  const stop = compileAhead(store);
  await expect.poll(() => made).toEqual(['After', 'Broken', 'Card']);
  stop();
  expect(snapshot.find('Card')?.name).toBe('Card');
  expect(made).toHaveLength(3);
  expect(() => snapshot.find('Broken')).toThrow('a field is null');
});
