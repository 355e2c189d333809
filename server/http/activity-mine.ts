/** /api/v1/activity: across all documents, what is assigned to the caller, where they are mentioned, tags in use, people. */
import type { AssignmentState } from '../activity/assignments.ts';
import { findPeople } from '../activity/find-people.ts';
import { tagsInUse } from '../activity/lists.ts';
import { assignedToMe, mentionsOfMe } from '../activity/mine.ts';
import type { Context } from '../documents/contract.ts';
import { choiceOf, pageOf } from './activity-given.ts';
import { type Answer, type Call, json, type Route } from './call.ts';
import { refusal } from './given.ts';

const STATES: readonly AssignmentState[] = ['Open', 'Closed', 'Cancelled'];

async function assigned(call: Call, ctx: Context): Promise<Answer> {
  const status = choiceOf(call.query.get('status'), 'status', STATES);
  return json(await assignedToMe(ctx, { ...pageOf(call), status }));
}

const mentions = async (call: Call, ctx: Context): Promise<Answer> => json(await mentionsOfMe(ctx, pageOf(call)));

async function tags(call: Call, ctx: Context): Promise<Answer> {
  const doctype = call.query.get('doctype');
  if (!doctype) throw refusal('doctype', 'Tags of which DocType? Say ?doctype=.');
  return json({ items: await tagsInUse(ctx, doctype) });
}

async function people(call: Call, ctx: Context): Promise<Answer> {
  const { limit } = pageOf(call);
  return json({ items: await findPeople(ctx, { text: call.query.get('q') ?? '', limit }) });
}

const PAGE = ['limit', 'before'];

export const activityMineRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/activity/assigned-to-me',
    query: ['status', ...PAGE],
    access: 'signed-in',
    answer: assigned,
  },
  { method: 'GET', path: '/api/v1/activity/mentions', query: PAGE, access: 'signed-in', answer: mentions },
  { method: 'GET', path: '/api/v1/activity/tags', query: ['doctype'], access: 'signed-in', answer: tags },
  { method: 'GET', path: '/api/v1/activity/people', query: ['q', 'limit'], access: 'signed-in', answer: people },
];
