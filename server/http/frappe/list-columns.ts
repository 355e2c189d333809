/** The columns of a list's answer: their keys as Frappe has them, and how their values are written. */
import type { FieldWish, ListRequest } from '../../query/request.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../../schema/plan.ts';
import { type Convert, conversionOf, nestedConversion } from './values.ts';

/** `customer.territory` is called territory, as the column in Frappe's SQL, unless another field is called so. */
export function shortNames(wishes: readonly FieldWish[]): readonly FieldWish[] {
  const taken = new Map<string, number>();
  for (const wish of wishes) {
    const key = wish.kind === 'path' ? (wish.as ?? lastOf(wish.path)) : '';
    taken.set(key, (taken.get(key) ?? 0) + 1);
  }
  return wishes.map((wish) => {
    if (wish.kind !== 'path' || wish.as !== undefined || !/[.`]/.test(wish.path)) return wish;
    const last = lastOf(wish.path);
    return taken.get(last) === 1 ? { ...wish, as: last } : wish;
  });
}

/** By key, those columns whose values are written in another way than ours. */
export function conversionsOfList(q: {
  snapshot: Snapshot;
  plan: DocTypePlan;
  request: ListRequest;
}): (readonly [string, Convert])[] {
  const { snapshot, plan, request } = q;
  const found = new Map<string, Convert>();
  const note = (key: string, convert: Convert | undefined): void => {
    if (convert) found.set(key, convert);
  };
  for (const wish of request.fields ?? []) {
    if (wish.kind === 'all') for (const field of plan.columns) note(field.fieldname, conversionOf(field));
    else if (wish.kind === 'rows' || wish.kind === 'path') {
      const at = fieldAt({ snapshot, plan, path: wish.path });
      const key = wish.kind === 'path' ? (wish.as ?? wish.path) : wish.path;
      if (at) note(key, at.childDocType ? nestedConversion({ snapshot, field: at, nulls: 'kept' }) : conversionOf(at));
    } else if (wish.fn === 'min' || wish.fn === 'max') {
      const at = fieldAt({ snapshot, plan, path: wish.path });
      if (at) note(wish.as, conversionOf(at));
    }
  }
  for (const path of request.expand) {
    const field = plan.byName.get(path.split('.')[0] as string);
    if (field) note(field.fieldname, nestedConversion({ snapshot, field, nulls: 'kept' }));
  }
  return [...found];
}

const QUALIFIED = /^`tab([^`]+)`\.(.+)$/s;

/** The field at the end of a path that the list has found already; undefined for one it would not have. */
function fieldAt(q: { snapshot: Snapshot; plan: DocTypePlan; path: string }): FieldPlan | undefined {
  const qualified = QUALIFIED.exec(q.path);
  let plan = qualified && qualified[1] !== q.plan.name ? q.snapshot.find(qualified[1] as string) : q.plan;
  let field: FieldPlan | undefined;
  for (const segment of (qualified?.[2] ?? q.path).split('.')) {
    if (field) plan = q.snapshot.find(targetOf(field) ?? '');
    field = plan?.byName.get(segment);
  }
  return field;
}

function targetOf(field: FieldPlan): string | undefined {
  return field.childDocType ?? (field.link && 'doctype' in field.link ? field.link.doctype : undefined);
}

/** The last part of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
