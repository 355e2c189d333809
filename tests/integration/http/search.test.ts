/** Search across DocTypes and the flags of menus: what is found is what the caller may read, and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../support/app.ts';
import { ok, openWorld, statusOf, type World } from '../activity/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await ok(world.app, 'POST', '/api/v1/DocType', {
    name: 'Vault',
    module: 'Test',
    autoname: 'prompt',
    title_field: 'secret',
    show_title_field_in_link: 1,
    quick_entry: 1,
    fields: [
      { fieldname: 'word', fieldtype: 'Data', label: 'Word' },
      { fieldname: 'secret', fieldtype: 'Data', label: 'Secret', permlevel: 1 },
    ],
    permissions: [
      { role: 'Reader', read: 1 },
      { role: 'Writer', create: 1 },
    ],
  });
  await world.project('Moon base');
  await ok(world.own, 'POST', '/api/v1/Project', { name: 'moon of mine', title: 'A quiet place' });
  await ok(world.app, 'POST', '/api/v1/Vault', { name: 'Moon key', secret: 'CANARY' });
});
afterAll(() => world?.close());

const namesFor = async (who: Client, query: string): Promise<string[]> => {
  const { items } = await ok(who, 'GET', `/api/v1/search?${query}`);
  return items.map((hit: { name: string }) => hit.name).sort();
};

describe('search', () => {
  test('finds documents of every DocType by name and title, with their titles', async () => {
    const body = await ok(world.app, 'GET', '/api/v1/search?q=moon');
    expect(body.is_complete).toBe(true);
    expect(body.items).toContainEqual({ doctype: 'Project', name: 'Moon base', title: 'Title of Moon base' });
    expect(await namesFor(world.app, 'q=quiet%20place')).toEqual(['moon of mine']);
    expect(await namesFor(world.app, 'q=nothing-is-called-so')).toEqual([]);
  });

  test('finds what the caller may read', async () => {
    expect(await namesFor(world.rita, 'q=moon')).toEqual(['Moon base', 'Moon key', 'moon of mine']);
    expect(await namesFor(world.ada, 'q=moon')).toEqual(['Moon base', 'moon of mine']);
    expect(await namesFor(world.own, 'q=moon')).toEqual(['moon of mine']);
    for (const who of [world.nina, world.chris]) expect(await namesFor(who, 'q=moon')).toEqual([]);
    expect(await statusOf(world.app.anonymous, 'GET', '/api/v1/search?q=moon')).toBe(401);
  });

  test('neither shows nor looks into a title that the caller may not read', async () => {
    const { items } = await ok(world.rita, 'GET', '/api/v1/search?q=moon%20key');
    expect(items).toEqual([{ doctype: 'Vault', name: 'Moon key', title: 'Moon key' }]);
    expect(await namesFor(world.rita, 'q=CANARY')).toEqual([]);
    expect(await namesFor(world.app, 'q=CANARY')).toEqual(['Moon key']);
  });

  test('by name takes the beginning of it, as it is written', async () => {
    expect(await namesFor(world.rita, 'q=Moon%20b&by=name')).toEqual(['Moon base']);
    expect(await namesFor(world.rita, 'q=base&by=name')).toEqual([]);
    expect(await namesFor(world.rita, 'q=%25&by=name')).toEqual([]);
  });

  test('looks first where it is told to, and ends at the limit', async () => {
    const of = async (first: string) => {
      const query = new URLSearchParams({ q: 'moon', first: JSON.stringify([first]), limit: '1' });
      return ok(world.rita, 'GET', `/api/v1/search?${query}`);
    };
    expect((await of('Vault')).items).toMatchObject([{ doctype: 'Vault' }]);
    expect(await of('Project')).toMatchObject({ items: [{ doctype: 'Project' }], is_complete: false });
    expect((await of('No such')).items).toHaveLength(1);
  });

  test.each([
    '',
    'q=',
    'q=a&limit=0',
    'q=a&limit=x',
    'q=a&limit=999',
    'q=a&by=title',
    'q=a&first=[',
    'q=a&first=[1]',
    'q=%00',
    `q=${'a'.repeat(600)}&by=name`,
    `q=${'a%20'.repeat(20)}`,
  ])('refuses a bad question: %s', async (query) => {
    expect(await statusOf(world.app, 'GET', `/api/v1/search?${query}`)).toBe(400);
  });
});

describe('the flags of menus', () => {
  test('say what the caller may do, and how a DocType is made and linked to', async () => {
    const of = async (who: Parameters<typeof ok>[0], doctype: string) => {
      const { items } = await ok(who, 'GET', '/api/meta');
      return items.find((item: { name: string }) => item.name === doctype);
    };
    expect(await of(world.ada, 'Vault')).toMatchObject({
      permissions: { read: false, create: true },
      quick_entry: true,
      show_title_field_in_link: true,
    });
    expect(await of(world.rita, 'Vault')).toMatchObject({ permissions: { read: true, create: false } });
    expect(await of(world.rita, 'Project')).toMatchObject({ quick_entry: false, show_title_field_in_link: false });
    // What comes about by itself: the right is the right, and menus offer none.
    expect(await of(world.app, 'Version')).toMatchObject({ permissions: { create: true }, in_create: true });
    expect(await of(world.app, 'Project')).toMatchObject({ permissions: { create: true }, in_create: false });
    expect(await ok(world.ada, 'GET', '/api/meta/Vault')).toMatchObject({
      quick_entry: true,
      permissions: { read: false, create: true, delete: false },
    });
  });
});
