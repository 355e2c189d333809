/** User Permissions of a user as they are stored, made what rules ask for. No I/O. */
import type { Restriction } from '../kernel/actor.ts';

export { attributesOf } from '../kernel/attributes.ts';

export interface RawRestriction {
  allow: string;
  value: string;
  isDefault: boolean;
  applicableFor: string | null;
  hideDescendants: boolean;
}

/** Names under a node, by `{doctype}\n{node}`. */
export type TreeNodes = ReadonlyMap<string, readonly string[]>;

export function restrictionsOf(raw: readonly RawRestriction[], trees: TreeNodes): Restriction[] {
  return raw.map((each) => {
    const under = each.hideDescendants ? [] : (trees.get(`${each.allow}\n${each.value}`) ?? []);
    return {
      doctype: each.allow,
      names: [each.value, ...under],
      ...(each.hideDescendants ? {} : { openNames: [each.value, ...under] }),
      ...(each.applicableFor === null ? {} : { applicableFor: each.applicableFor }),
      ...(isDefault(each, raw) ? { defaultName: each.value } : {}),
    };
  });
}

/** The one marked, or the only one of its DocType and scope (SEMANTICS.md 3.4). */
function isDefault(each: RawRestriction, raw: readonly RawRestriction[]): boolean {
  if (each.isDefault) return true;
  return raw.filter((other) => other.allow === each.allow && other.applicableFor === each.applicableFor).length === 1;
}
