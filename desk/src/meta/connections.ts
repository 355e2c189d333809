/** How the documents that lead to one are shown: under their headings, and what a new one of them begins with. Pure. */
import type { Connection } from './activity-types.ts';

export interface ConnectionGroup {
  heading: string;
  items: readonly Connection[];
}

/** So many that nobody links with are shown before they are folded away: half of all DocTypes link to User. */
const FEW = 6;

/** Those that the DocType lists come first, under their headings; `hidden` says how many empty ones were left out. */
export function groupsOf(
  links: readonly Connection[],
  isWhole: boolean,
): { groups: readonly ConnectionGroup[]; hidden: number } {
  const empty = links.filter(({ group, count }) => group === '' && count === 0);
  const isFolded = !isWhole && empty.length > FEW;
  const shown = isFolded ? links.filter((link) => !empty.includes(link)) : links;
  const headings = [...new Set(shown.map(({ group }) => group))].sort((a, b) => Number(a === '') - Number(b === ''));
  const groups = headings.map((heading) => ({ heading, items: shown.filter(({ group }) => group === heading) }));
  return { groups, hidden: isFolded ? empty.length : 0 };
}

/** Values of a new one; undefined where the link stands in a row, which no address can fill. */
export function prefillOf({ filters, may_create }: Connection): Readonly<Record<string, string>> | undefined {
  if (!may_create || filters.some(([path]) => path.includes('.'))) return undefined;
  return Object.fromEntries(filters.map(([path, , value]) => [path, value]));
}

/** Whether two of them lead from one DocType, so that the field must be told as well. */
export function isDoubled(links: readonly Connection[], { doctype }: Connection): boolean {
  return links.filter((link) => link.doctype === doctype).length > 1;
}
