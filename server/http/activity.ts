/** What hangs on one document: docinfo, timeline, links, comments, assignments, tags, likes. */
import { type AssignmentState, assign, assignmentsOf, changeAssignment, unassign } from '../activity/assignments.ts';
import { addComment, type Comment, commentsOf, editComment, removeComment } from '../activity/comments.ts';
import { connectionsOf } from '../activity/connections.ts';
import { docInfo } from '../activity/docinfo.ts';
import { likesOf, setLike } from '../activity/likes.ts';
import { cannotRead, type PersonOf } from '../activity/reach.ts';
import { subjectOf } from '../activity/subject.ts';
import { addTags, removeTag, tagsOf } from '../activity/tags.ts';
import { TIMELINE_VIEWS, timelineOf } from '../activity/timeline.ts';
import type { Context } from '../documents/contract.ts';
import { choiceOf, pageOf, textsIn } from './activity-given.ts';
import { type Answer, type Call, json, NO_CONTENT, type Route } from './call.ts';
import { refusal, takes } from './given.ts';
import { fellow } from './tenant.ts';

const addressOf = ({ segments }: Call) => ({ doctype: segments[2] ?? '', name: segments[3] ?? '' });
const partOf = ({ segments }: Call): string => segments[5] ?? '';
const personOf =
  (call: Call, ctx: Context): PersonOf =>
  (user) =>
    fellow(call, ctx, user);

const info = async (call: Call, ctx: Context): Promise<Answer> => json(await docInfo(ctx, addressOf(call)));

async function timeline(call: Call, ctx: Context): Promise<Answer> {
  const view = choiceOf(call.query.get('show'), 'show', TIMELINE_VIEWS);
  return json(await timelineOf(ctx, { ...addressOf(call), ...pageOf(call), view }));
}

const links = async (call: Call, ctx: Context): Promise<Answer> =>
  json({ items: await connectionsOf(ctx, await subjectOf(ctx, addressOf(call))) });

const comments = async (call: Call, ctx: Context): Promise<Answer> =>
  json(await commentsOf(ctx, { ...addressOf(call), ...pageOf(call) }));

async function comment(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['content']);
  const made = await addComment(ctx, { ...addressOf(call), content: call.given.content }, personOf(call, ctx));
  return json(await withReach(call, ctx, made), 201);
}

async function changeComment(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['content']);
  const given = { ...addressOf(call), id: partOf(call), content: call.given.content };
  const changed = await editComment(ctx, given, personOf(call, ctx));
  return json(await withReach(call, ctx, changed));
}

/** Who was mentioned and will not see it: the writer may share the document with them. */
async function withReach(call: Call, ctx: Context, written: Comment): Promise<Comment & { cannot_read: string[] }> {
  const asked = { ...addressOf(call), users: written.mentions, personOf: personOf(call, ctx) };
  return { ...written, cannot_read: await cannotRead(ctx, asked) };
}

async function deleteComment(call: Call, ctx: Context): Promise<Answer> {
  await removeComment(ctx, { ...addressOf(call), id: partOf(call) }, personOf(call, ctx));
  return NO_CONTENT;
}

const STATES: readonly AssignmentState[] = ['Open', 'Closed', 'Cancelled'];

async function assignments(call: Call, ctx: Context): Promise<Answer> {
  const status = choiceOf(call.query.get('status'), 'status', STATES);
  return json({ items: await assignmentsOf(ctx, { ...addressOf(call), status }) });
}

async function assignTo(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['user', 'users', 'description', 'priority', 'date']);
  const { user, description, priority, date } = call.given;
  const users = textsIn(call.given.users ?? (user === undefined ? undefined : [user]), 'users');
  const wish = { ...addressOf(call), users, description, priority, date };
  return json({ items: await assign(ctx, wish, personOf(call, ctx)) }, 201);
}

async function changeAssigned(call: Call, ctx: Context): Promise<Answer> {
  const known = ['status', 'priority', 'date', 'description'];
  takes(call, known);
  if (Object.keys(call.given).length === 0) throw refusal('status', `Say what changes: ${known.join(', ')}.`);
  return json(await changeAssignment(ctx, { ...addressOf(call), id: partOf(call), given: call.given }));
}

/** `?user=` takes back what is open for them, `/{id}` the one assignment. */
async function takeBack(call: Call, ctx: Context): Promise<Answer> {
  const id = partOf(call);
  const user = call.query.get('user');
  if (id !== '') await changeAssignment(ctx, { ...addressOf(call), id, given: { status: 'Cancelled' } });
  else if (user) await unassign(ctx, { ...addressOf(call), user });
  else throw refusal('user', 'Whose assignment? Say ?user=, or its id as …/assignments/{id}.');
  return NO_CONTENT;
}

const tags = async (call: Call, ctx: Context): Promise<Answer> => json({ items: await tagsOf(ctx, addressOf(call)) });

async function tag(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['tag', 'tags']);
  const { tag: one } = call.given;
  const wanted = textsIn(call.given.tags ?? (one === undefined ? undefined : [one]), 'tags');
  return json({ items: await addTags(ctx, { ...addressOf(call), tags: wanted }) });
}

const untag = async (call: Call, ctx: Context): Promise<Answer> =>
  json({ items: await removeTag(ctx, { ...addressOf(call), tag: partOf(call) || (call.query.get('tag') ?? '') }) });

const likes = async (call: Call, ctx: Context): Promise<Answer> =>
  json(await likesOf(ctx, await subjectOf(ctx, addressOf(call))));

const like = async (call: Call, ctx: Context): Promise<Answer> =>
  json(await setLike(ctx, { ...addressOf(call), likes: call.method === 'PUT' }));

const reads = { method: 'GET', access: 'signed-in', scoped: true } as const;
const writes = { access: 'signed-in', isWrite: true } as const;
const at = (part: string): string => `/api/v1/*/*/${part}`;
const PAGE = ['limit', 'before'];

export const activityRoutes: readonly Route[] = [
  { ...reads, path: at('docinfo'), query: [], answer: info },
  { ...reads, path: at('timeline'), query: [...PAGE, 'show'], answer: timeline },
  { ...reads, path: at('links'), query: [], answer: links },
  { ...reads, path: at('comments'), query: PAGE, answer: comments },
  { method: 'POST', path: at('comments'), query: [], ...writes, answer: comment },
  { method: 'PATCH', path: at('comments/*'), query: [], ...writes, answer: changeComment },
  { method: 'DELETE', path: at('comments/*'), query: [], ...writes, answer: deleteComment },
  { ...reads, path: at('assignments'), query: ['status'], answer: assignments },
  { method: 'POST', path: at('assignments'), query: [], ...writes, answer: assignTo },
  { method: 'DELETE', path: at('assignments'), query: ['user'], ...writes, answer: takeBack },
  { method: 'PATCH', path: at('assignments/*'), query: [], ...writes, answer: changeAssigned },
  { method: 'DELETE', path: at('assignments/*'), query: [], ...writes, answer: takeBack },
  { ...reads, path: at('tags'), query: [], answer: tags },
  { method: 'POST', path: at('tags'), query: [], ...writes, answer: tag },
  { method: 'DELETE', path: at('tags'), query: ['tag'], ...writes, answer: untag },
  { method: 'DELETE', path: at('tags/*'), query: [], ...writes, answer: untag },
  { ...reads, path: at('like'), query: [], answer: likes },
  { method: 'PUT', path: at('like'), query: [], ...writes, answer: like },
  { method: 'DELETE', path: at('like'), query: [], ...writes, answer: like },
];
