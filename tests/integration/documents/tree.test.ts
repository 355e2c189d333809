import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { removeDocument } from '../../../server/documents/remove.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { restoreDocument } from '../../../server/documents/restore.ts';
import { docType } from '../../support/plans.ts';
import fc from '../../support/properties.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      docType('Place', ['is_group Check', 'parent_place Link Place', 'title Data'], {
        is_tree: 1,
        nsm_parent_field: 'parent_place',
        autoname: 'Prompt',
        allow_rename: 1,
      }),
    ],
  });
});

afterAll(() => services?.close());

beforeEach(() => services.sql('delete from place'));

const add = (name: string, parent?: string, is_group = 1) =>
  services.create('Place', { name, parent_place: parent ?? null, is_group });
const move = (name: string, parent: string | null) => services.update('Place', name, { parent_place: parent });
const remove = (name: string) => removeDocument(services.context(), { doctype: 'Place', name });
const rename = (name: string, to: string, merge = false) =>
  renameDocument(services.context(), { doctype: 'Place', name, to, merge });

interface Node {
  name: string;
  parent: string | null;
  lft: number;
  rgt: number;
}

const nodes = async (): Promise<Node[]> =>
  (await services.sql('select name, parent_place as parent, lft, rgt from place order by lft')).map((row) => ({
    ...row,
    lft: Number(row.lft),
    rgt: Number(row.rgt),
  }));

/** The numbers must say exactly what the parents say, without a gap. */
function checkNestedSet(all: readonly Node[]): void {
  const numbers = all.flatMap(({ lft, rgt }) => [lft, rgt]).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: all.length * 2 }, (_, index) => index + 1));
  const parents = new Map(all.map(({ name, parent }) => [name, parent]));
  const isUnder = (name: string, ancestor: string): boolean => {
    for (let at = parents.get(name); at; at = parents.get(at)) if (at === ancestor) return true;
    return false;
  };
  for (const a of all) {
    expect(a.lft).toBeLessThan(a.rgt);
    for (const b of all)
      if (a !== b)
        expect([a.name, b.name, b.lft > a.lft && b.rgt < a.rgt]).toEqual([a.name, b.name, isUnder(b.name, a.name)]);
  }
}

describe('a tree', () => {
  test('places, moves and answers who is below and above', async () => {
    await add('World');
    await add('Europe', 'World');
    await add('Germany', 'Europe');
    await add('Asia', 'World');
    await add('Berlin', 'Germany', 0);
    const below = async (name: string, operator = 'descendants of') =>
      (await services.list('Place', { filters: [['name', operator, name]], order_by: 'name asc' })).map(
        (item) => item.name,
      );
    expect(await below('Europe')).toEqual(['Berlin', 'Germany']);
    expect(await below('Berlin', 'ancestors of')).toEqual(['Europe', 'Germany', 'World']);
    await move('Germany', 'Asia');
    expect([await below('Europe'), await below('Asia')]).toEqual([[], ['Berlin', 'Germany']]);
    await move('Asia', null);
    expect(await below('World')).toEqual(['Europe']);
    checkNestedSet(await nodes());
  });

  test('refuses loops, leaves as parents, and groups that would become leaves', async () => {
    await add('A');
    await add('B', 'A');
    await add('C', 'B', 0);
    for (const parent of ['A', 'B', 'C']) expect((await refusal(move('A', parent))).code, parent).toBe('validation');
    expect(problems(await refusal(add('D', 'C')))).toEqual(['parent_place tree']);
    expect(problems(await refusal(add('D', 'nowhere')))).toEqual(['parent_place link_not_found']);
    expect(problems(await refusal(services.update('Place', 'B', { is_group: 0 })))).toEqual(['is_group tree']);
    expect((await refusal(remove('B'))).code).toBe('linked');
    checkNestedSet(await nodes());
  });

  test('a delete is refused with those below, each once', async () => {
    await add('World');
    await add('Europe', 'World');
    await add('Asia', 'World');
    expect((await refusal(remove('World'))).errors.map(({ message }) => message).sort()).toEqual([
      'Place Asia links to it.',
      'Place Europe links to it.',
    ]);
  });

  test('lft and rgt are not for callers to set', async () => {
    await add('A');
    const before = await services.read('Place', 'A');
    await services.update('Place', 'A', { ...before, title: 'a' }).catch(() => undefined);
    await services.update('Place', 'A', { lft: 77, rgt: 99 }).catch(() => undefined);
    await services.create('Place', { name: 'B', lft: 5, rgt: 1, is_group: 1 }).catch(() => undefined);
    checkNestedSet(await nodes());
  });

  test('survives renames, merges, deletes and restores', async () => {
    await add('A');
    await add('B', 'A');
    await add('C', 'B', 0);
    await add('D');
    await rename('B', 'B2');
    expect((await services.read('Place', 'C')).parent_place).toBe('B2');
    await rename('B2', 'D', true);
    expect((await services.read('Place', 'C')).parent_place).toBe('D');
    checkNestedSet(await nodes());
    await remove('C');
    await remove('A');
    checkNestedSet(await nodes());
    await restoreDocument(services.context(), { doctype: 'Place', name: 'C' });
    checkNestedSet(await nodes());
  });

  test('many writers at once leave it valid', async () => {
    await add('Root');
    await Promise.all(Array.from({ length: 8 }, (_, n) => add(`N${n}`, 'Root')));
    await Promise.allSettled(
      Array.from({ length: 16 }, (_, n) => move(`N${n % 8}`, n % 3 === 0 ? 'Root' : `N${(n * 5 + 1) % 8}`)),
    );
    await Promise.allSettled([remove('N1'), move('N2', 'N1'), add('N9', 'N1'), rename('N3', 'N3b')]);
    checkNestedSet(await nodes());
  });
});

type Step = { kind: 'add' | 'move' | 'remove' | 'rename' | 'merge'; a: number; b: number };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('add', 'add', 'move', 'move', 'move', 'remove', 'rename', 'merge'),
  a: fc.nat(9),
  b: fc.nat(10),
});

/** The naive model: who stands under whom. */
async function play(steps: readonly Step[]): Promise<Map<string, string | null>> {
  const model = new Map<string, string | null>();
  const isUnder = (name: string | null | undefined, ancestor: string): boolean => {
    for (let at = name; at; at = model.get(at)) if (at === ancestor) return true;
    return false;
  };
  const hasChildren = (name: string): boolean => [...model.values()].includes(name);
  for (const { kind, a, b } of steps) {
    const [name, other] = [`P${a}`, b === 10 ? null : `P${b}`];
    const isThere = model.has(name);
    const isOtherThere = other === null || model.has(other);
    if (kind === 'add') {
      if (!isThere && isOtherThere) {
        await add(name, other ?? undefined);
        model.set(name, other);
      }
    } else if (kind === 'move') {
      const isAllowed = isThere && isOtherThere && !isUnder(other, name);
      const moved = await move(name, other).then(
        () => true,
        () => false,
      );
      expect([kind, name, other, moved]).toEqual([kind, name, other, isAllowed]);
      if (isAllowed) model.set(name, other);
    } else if (kind === 'remove') {
      const isAllowed = isThere && !hasChildren(name);
      const removed = await remove(name).then(
        () => true,
        () => false,
      );
      expect([kind, name, removed]).toEqual([kind, name, isAllowed]);
      if (isAllowed) model.delete(name);
    } else if (kind === 'rename' && isThere && other && !isOtherThere) {
      await rename(name, other);
      const renamed = [...model].map(
        ([key, parent]) => [key === name ? other : key, parent === name ? other : parent] as const,
      );
      model.clear();
      for (const [key, parent] of renamed) model.set(key, parent);
    } else if (kind === 'merge' && isThere && other && isOtherThere && other !== name && !isUnder(other, name)) {
      await rename(name, other, true);
      model.delete(name);
      for (const [key, parent] of model) if (parent === name) model.set(key, other);
    }
  }
  return model;
}

test('random moves: the numbers say what the parents say', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
    await services.sql('delete from place');
    const model = await play(steps);
    const all = await nodes();
    expect(new Map(all.map(({ name, parent }) => [name, parent]))).toEqual(model);
    checkNestedSet(all);
  });
  await fc.assert(property, { numRuns: 25 });
}, 60_000);

test('a DocType that becomes a tree has its documents in it, under the parents that they name', async () => {
  const plain = docType('Late', ['parent_late Link Late', 'title Data'], { autoname: 'Prompt' });
  await services.import(plain);
  for (const [name, parent_late] of [['c'], ['a'], ['b', 'a'], ['d', 'b'], ['e', 'a']]) {
    await services.create('Late', { name, parent_late });
  }
  await services.update('DocType', 'Late', { is_tree: 1 });
  const below = await services.list('Late', { filters: [['name', 'descendants of', 'a']], order_by: 'name asc' });
  expect(below.map((item) => item.name)).toEqual(['b', 'd', 'e']);
  await services.create('Late', { name: 'f', parent_late: 'b' });
  await services.update('Late', 'b', { parent_late: null });
  const rows = await services.sql('select name, parent_late as parent, lft, rgt from late');
  checkNestedSet(rows.map((row) => ({ ...row, lft: Number(row.lft), rgt: Number(row.rgt) })));
});
