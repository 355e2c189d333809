/** The repositories of virtual DocTypes, by DocType. */
import type { Repositories, Repository } from './contract.ts';

export function createRepositories(entries: Iterable<readonly [string, Repository]>): Repositories {
  const repositories = new Map(entries);
  return { find: (doctype) => repositories.get(doctype) };
}
