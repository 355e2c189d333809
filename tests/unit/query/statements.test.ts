/** The SQL of a few requests, word for word: a change to a golden file is part of the review. */
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Access } from '../../../server/access/decide.ts';
import { and, condition } from '../../../server/kernel/filter.ts';
import type { Statement } from '../../../server/kernel/statement.ts';
import { countStatement } from '../../../server/query/count.ts';
import { documentStatement } from '../../../server/query/document.ts';
import { listStatement } from '../../../server/query/list.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import type { DocTypePlan } from '../../../server/schema/plan.ts';
import { customer, openAccess, order, snapshot } from '../../integration/query/shop.ts';

const NOW = Date.parse('2026-05-20T10:00:00Z');

/** Orders of one's own, customers that are important. */
function limited(plan: DocTypePlan): Access {
  if (plan === order) return { ...openAccess(), rows: condition('owner', '=', 'ann'), key: 'own' };
  return plan === customer ? { ...openAccess(), rows: condition('vip', '=', true), key: 'vip' } : openAccess();
}

const list = (query: string, access: (plan: DocTypePlan) => Access = openAccess): Statement =>
  listStatement({ snapshot, plan: order, access, request: parseListRequest(new URLSearchParams(query)), now: NOW })
    .statement;

const statements: [string, () => Statement][] = [
  ['list-plain', () => list('filters=[["status","=","Open"],["amount",">",100]]&order_by=modified desc')],
  [
    'list-negative',
    () =>
      list('filters=[["status","!=","Open"],["note","not like","%25x%25"],["due","not in",["2026-01-01"]]]&count=none'),
  ],
  [
    'list-permitted',
    () => list('fields=["name","customer.title"]&filters={"customer.territory":["descendants of","World"]}', limited),
  ],
  [
    'list-children',
    () =>
      list('fields=["name"]&filters=[["items.qty",">",2],["items.item_code","=","A"],["extras.qty","is","not set"]]'),
  ],
  [
    'list-grouped',
    () =>
      list('fields=["status",{"count":"*","as":"n"},{"sum":"amount","as":"total"}]&group_by=status&order_by=n desc'),
  ],
  ['list-cursor', () => list('fields=["name"]&order_by=due desc&cursor=')],
  ['list-expanded', () => list('fields=["name","items"]&expand=customer', limited)],
  [
    'count',
    () =>
      countStatement({
        snapshot,
        plan: order,
        access: limited,
        request: { filter: and(condition('paid', '=', true)) },
        now: NOW,
      }),
  ],
  ['document', () => documentStatement({ snapshot, plan: order, access: limited, key: 'SO-1' })],
  [
    'document-locked',
    () =>
      documentStatement({ snapshot, plan: order, access: openAccess, key: 'SO-1', purpose: 'write', lock: 'update' }),
  ],
];

test.each(statements)('%s', async (name, make) => {
  const { text, values } = make();
  const file = path.resolve(import.meta.dirname, `../../golden/query/${name}.sql`);
  await expect(`${broken(text)}\n-- ${JSON.stringify(values)}\n`).toMatchFileSnapshot(file);
});

/** One clause a line, so that a difference can be read. */
function broken(text: string): string {
  return text.replace(/(?<!distinct) (from|where|left join|group by|order by|limit) (?=[("$\d])/g, '\n  $1 ');
}
