/** What is hung on many documents at once, as jobs for `useBulk`: each document goes its own way. */
import * as activity from '../api/activity.ts';
import { ProblemError } from '../api/client.ts';
import type { BulkJob } from './useBulk.ts';
import { __ } from './useI18n.ts';

export function assignJob(doctype: string, names: readonly string[], wish: activity.AssignWish): BulkJob {
  return { names, each: (name) => activity.assign([doctype, name], wish).catch(explained) };
}

export function tagJob(doctype: string, names: readonly string[], tags: readonly string[]): BulkJob {
  return { names, each: (name) => activity.addTags([doctype, name], tags) };
}

/** What the server says here is meant for programs. */
function explained(refusal: unknown): never {
  const isBlind = refusal instanceof ProblemError && refusal.errors.some(({ code }) => code === 'cannot_read');
  throw isBlind ? new Error(__('Not all of these people may read it. Share it with them first.')) : refusal;
}
