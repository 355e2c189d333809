/**
 * Where documents of a virtual DocType come from: a repository that code registers under the DocType's
 * name. Filters, order and pages are done over what `list` gives unless the repository does them itself.
 */
import type { Document } from '../kernel/document.ts';
import type { ListRequest } from '../query/request.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Context, WriteContext } from './context.ts';

export interface Repository {
  /** Documents that may match; the caller filters, sorts and pages them. At most 10,000. */
  list(ctx: Context, plan: DocTypePlan, request: ListRequest): Promise<readonly Document[]>;
  get(ctx: Context, plan: DocTypePlan, name: string): Promise<Document | undefined>;
  /** Absent: the repository is read-only. Each returns the name of the document written. */
  insert?(ctx: WriteContext, plan: DocTypePlan, given: Readonly<Record<string, unknown>>): Promise<string>;
  update?(ctx: WriteContext, plan: DocTypePlan, name: string, given: Readonly<Record<string, unknown>>): Promise<string>;
  remove?(ctx: WriteContext, plan: DocTypePlan, name: string): Promise<void>;
  rename?(ctx: WriteContext, plan: DocTypePlan, from: string, to: string): Promise<string>;
}

export interface Repositories {
  find(doctype: string): Repository | undefined;
}

export function createRepositories(entries: Iterable<readonly [string, Repository]>): Repositories {
  const repositories = new Map(entries);
  return { find: (doctype) => repositories.get(doctype) };
}
