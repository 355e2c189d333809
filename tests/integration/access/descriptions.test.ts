/** Whoever has looked at what a DocType is like has the rights of before: to be described changes no decision. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDocument } from '../../../server/documents/create.ts';
import { readCount, readDocument, readList } from '../../../server/documents/read.ts';
import { updateDocument } from '../../../server/documents/update.ts';
import { describeDocType } from '../../../server/http/meta.ts';
import { findVisible } from '../../../server/http/visible-plans.ts';
import { type Actor, ALL_USERS, DESK_USER } from '../../../server/kernel/actor.ts';
import type { DocPerm } from '../../../server/kernel/doctype.ts';
import { ALL } from '../../../server/kernel/filter.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import { openTestServices, refusal, type TestServices } from '../../support/services.ts';

let world: TestServices;
beforeAll(async () => {
  const prompt = { module: 'T', autoname: 'Prompt' };
  const title = { fieldname: 'title', fieldtype: 'Data' };
  const region = { fieldname: 'region', fieldtype: 'Link', options: 'Area', permlevel: 1 };
  // Neither Link can be read; the second level can be written all the same.
  const permissions = (...level0: (keyof DocPerm)[]): DocPerm[] => [
    { role: 'Clerk', ...Object.fromEntries(level0.map((right) => [right, 1])) },
    { role: 'Clerk', permlevel: 2, write: 1 },
  ];
  world = await openTestServices({
    doctypes: [
      { name: 'Area', ...prompt, fields: [title], permissions: permissions('read') },
      { name: 'Stop', module: 'T', istable: 1, fields: [title, region] },
      { name: 'Depot', ...prompt, title_field: 'title', fields: [title, region], permissions: permissions('select') },
      {
        name: 'Route',
        ...prompt,
        fields: [
          title,
          region,
          { fieldname: 'depot', fieldtype: 'Link', options: 'Depot', ignore_user_permissions: 1 },
          { fieldname: 'stops', fieldtype: 'Table', options: 'Stop' },
          { fieldname: 'hint', fieldtype: 'Data', permlevel: 2 },
        ],
        permissions: permissions('read', 'write', 'create'),
      },
    ],
  });
  for (const name of ['South', 'North']) {
    await world.create('Area', { name, title: name });
    await world.create('Depot', { name: `depot ${name}`, title: 'CANARY', region: name });
    await world.create('Route', { name: `to ${name}`, region: name, depot: 'depot South' });
  }
  await world.create('Route', { name: 'through', region: 'North', stops: [{ title: 'far', region: 'South' }] });
});
afterAll(() => world?.close());

/** A new one each time: what is decided for somebody is remembered with him. */
const clerk = (): Actor => ({
  user: 'clerk',
  roles: ['Clerk', ALL_USERS, DESK_USER],
  restrictions: [{ doctype: 'Area', names: ['North'] }],
});

function describedTo(actor: Actor): Actor {
  const ctx = world.context(actor);
  for (const name of ['Route', 'Depot']) {
    const plan = findVisible(ctx, name);
    expect(plan?.byName.has('region')).toBe(false);
    if (plan) describeDocType(ctx, plan);
  }
  return actor;
}

for (const [who, actorOf] of [
  ['undisturbed', clerk],
  ['after a look at the metadata', () => describedTo(clerk())],
] as const) {
  test(`User Permissions hold by Links that cannot be read: ${who}`, async () => {
    const ctx = world.context(actorOf());
    const list = async (doctype: string, fields: string) => {
      const request = parseListRequest(new Map(Object.entries({ fields, order_by: 'name asc' })));
      return JSON.parse(await readList(ctx, { doctype, request })).items;
    };
    expect(await list('Depot', '["name"]')).toEqual([{ name: 'depot North' }]);
    const routes = '["name","depot.title"]';
    expect(await list('Route', routes)).toEqual([{ name: 'to North', 'depot.title': null }]);
    expect(await readCount(ctx, { doctype: 'Route', filter: ALL })).toBe(1);
    for (const name of ['to South', 'through']) {
      expect((await refusal(readDocument(ctx, { doctype: 'Route', name }))).code).toBe('not_found');
      const change = updateDocument(ctx, { doctype: 'Route', name, given: { title: 'mine' } });
      expect((await refusal(change)).code).toBe('not_found');
    }
  });

  test(`a field that can be written and not read is written: ${who}`, async () => {
    const ctx = world.context(actorOf());
    const given = { name: `made ${who}`, hint: 'left' };
    await createDocument(ctx, { doctype: 'Route', given });
    expect((await world.read('Route', given.name)).hint).toBe('left');
    await updateDocument(ctx, { doctype: 'Route', name: given.name, given: { title: 'x', hint: 'right' } });
    expect((await world.read('Route', given.name)).hint).toBe('right');
    await world.sql('delete from route where name = $1', [given.name]);
  });
}
