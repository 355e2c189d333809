/** DocType names in addresses: `Sales Order` is `sales-order`. Two names of one slug keep their exact names. */

export function slugOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}

export interface Slugs {
  /** What stands in the address for a DocType. */
  of(name: string): string;
  /** The DocType of an address; its exact name is understood as well. */
  find(slug: string): string | undefined;
}

export function createSlugs(names: readonly string[]): Slugs {
  const bySlug = new Map<string, string>();
  const exact = new Set(names);
  const doubled = new Set<string>();
  for (const name of names) {
    const slug = slugOf(name);
    if (bySlug.has(slug) || slug === '') doubled.add(slug);
    else bySlug.set(slug, name);
  }
  return {
    of(name) {
      const slug = slugOf(name);
      return doubled.has(slug) ? name : slug;
    },
    find(slug) {
      if (exact.has(slug)) return slug;
      return doubled.has(slug) ? undefined : bySlug.get(slug);
    },
  };
}
