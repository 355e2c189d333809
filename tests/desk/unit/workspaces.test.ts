/** The order and the addresses of workspaces, and what a shortcut leads to. */
import { describe, expect, test } from 'vitest';
import {
  countText,
  createWorkspaceSlugs,
  inOrder,
  listQuery,
  type WorkspaceEntry,
} from '../../../desk/src/meta/workspaces.ts';

const entry = (name: string, parent: string | null = null): WorkspaceEntry => ({
  name,
  title: name,
  icon: '',
  color: '',
  parent,
  public: true,
  may_write: false,
});
const shown = (entries: WorkspaceEntry[]) => inOrder(entries).map(({ entry: { name }, depth }) => `${depth} ${name}`);

test('each stands behind what it is under; what is under nothing that is shown is on top; a ring hides nothing', () => {
  expect(shown([entry('b', 'a'), entry('a'), entry('c', 'b'), entry('d', 'gone'), entry('e', 'a')])).toEqual([
    '0 a',
    '1 b',
    '2 c',
    '1 e',
    '0 d',
  ]);
  expect(
    shown([entry('x', 'y'), entry('y', 'x'), entry('z', 'z')])
      .map((line) => line.slice(2))
      .sort(),
  ).toEqual(['x', 'y', 'z']);
});

describe('addresses', () => {
  const slugs = createWorkspaceSlugs(['Human Resources', 'My things-ada@example.com', 'New', 'LIST', 'A B', 'a-b']);
  test.each(['Human Resources', 'My things-ada@example.com', 'New', 'LIST', 'A B', 'a-b', 'Not in the sidebar'])(
    'lead back to %s',
    (name) => {
      const found = slugs.find(slugs.of(name));
      expect(found ?? slugs.of(name)).toBe(name);
    },
  );
  test('leave those of the DocType Workspace alone', () => {
    expect([slugs.of('New'), slugs.of('LIST'), slugs.of('Human Resources')]).toEqual([
      'new-',
      'list-',
      'human-resources',
    ]);
  });
});

test('a shortcut leads to its list as its filters and view say, and tells its count in a sentence', () => {
  expect(listQuery({ filters: [], view: 'List' })).toBe('');
  const query = new URLSearchParams(listQuery({ filters: [['status', '=', 'A&B']], view: 'Image' }));
  expect(Object.fromEntries(query)).toEqual({ filters: '[["status","=","A&B"]]', view: 'gallery' });
  expect([countText('{} open', '3'), countText('', '3'), countText('open', '3')]).toEqual(['3 open', '3', '3']);
});
