/** `expand=customer,items.item` as a tree of fieldnames, each known to be a Link or a child table. */
import type { DocTypePlan } from '../schema/plan.ts';
import { refusal } from './request.ts';
import { type Place, type Reader, readableField, resolveLink, resolveTable, unknownField } from './resolve.ts';

export type ExpandTree = ReadonlyMap<string, ExpandTree>;

type Growing = Map<string, Growing>;

/** Throws bad_request for a field that is not there or leads nowhere. */
export function expandTree(q: { reader: Reader; plan: DocTypePlan; paths: readonly string[] }): ExpandTree {
  const tree: Growing = new Map();
  for (const path of q.paths) grow({ ...q, tree, segments: path.split('.') });
  return tree;
}

function grow(q: { reader: Reader; plan: DocTypePlan; tree: Growing; segments: readonly string[] }): void {
  let { tree } = q;
  let place: Place = { plan: q.plan };
  for (const name of q.segments) {
    const where = 'expand';
    const { reader } = q;
    const { plan } = place;
    const field = readableField({ reader, ...place, name });
    if (!field) throw unknownField({ reader, ...place, name, where });
    const isTable = field.childDocType !== undefined;
    if (!isTable && !field.link) throw refusal(where, `${name} of ${plan.name} is neither a Link nor a child table`);
    place = isTable
      ? { plan: resolveTable({ reader, plan, name, where }).target, within: plan }
      : { plan: resolveLink({ reader, plan, field, where }).target };
    const inner = tree.get(name) ?? new Map();
    tree.set(name, inner);
    tree = inner;
  }
}
