/** `frappe.desk.*` about what hangs on a document, over the operations of every other edge. */
import { type Assignment, assign, assignmentsOf, unassign } from '../../../activity/assignments.ts';
import { addComment, type Comment, commentPlace, commentsOf, editComment } from '../../../activity/comments.ts';
import { setLike } from '../../../activity/likes.ts';
import { tagsInUse } from '../../../activity/lists.ts';
import { addTags, removeTag, tagsOf } from '../../../activity/tags.ts';
import type { Context } from '../../../documents/contract.ts';
import { refusal } from '../../given.ts';
import { fellow } from '../../tenant.ts';
import type { Outcome } from '../answers.ts';
import { type Args, jsonOf, optionalText, textOf } from '../arguments.ts';
import type { MethodCall, Methods } from './method.ts';

async function comment({ call, ctx, args }: MethodCall): Promise<Outcome> {
  const about = { doctype: textOf(args, 'reference_doctype'), name: textOf(args, 'reference_name') };
  const made = await addComment(ctx, { ...about, content: textOf(args, 'content') }, (user) => fellow(call, ctx, user));
  return { message: frappeComment(made, about) };
}

/** Frappe names the comment alone: its document is looked up, and asked for as by everybody. */
async function changeComment({ call, ctx, args }: MethodCall): Promise<Outcome> {
  const name = textOf(args, 'name');
  const about = await commentPlace(ctx, name);
  const given = { ...about, id: name, content: textOf(args, 'content') };
  const changed = await editComment(ctx, given, (user) => fellow(call, ctx, user));
  return { message: frappeComment(changed, about) };
}

export function frappeComment(comment: Comment, about: { doctype: string; name: string }): Record<string, unknown> {
  return {
    doctype: 'Comment',
    name: comment.name,
    owner: comment.by,
    comment_email: comment.by,
    creation: frappeTime(comment.creation),
    modified: frappeTime(comment.modified),
    comment_type: 'Comment',
    content: comment.content,
    reference_doctype: about.doctype,
    reference_name: about.name,
  };
}

function frappeTime(time: string): string {
  return time.replace('T', ' ').replace('Z', '');
}

async function addAssignment({ call, ctx, args }: MethodCall): Promise<Outcome> {
  const about = aboutOf(args);
  const users = usersOf(args);
  const wish = {
    ...about,
    users,
    description: optionalText(args, 'description'),
    priority: optionalText(args, 'priority'),
    date: optionalText(args, 'date'),
  };
  return { message: (await assign(ctx, wish, (user) => fellow(call, ctx, user))).map(assignee) };
}

async function removeAssignment({ ctx, args }: MethodCall): Promise<Outcome> {
  return { message: (await unassign(ctx, { ...aboutOf(args), user: textOf(args, 'assign_to') })).map(assignee) };
}

async function getAssignments({ ctx, args }: MethodCall): Promise<Outcome> {
  return { message: (await assignmentsOf(ctx, { ...aboutOf(args), status: 'Open' })).map(assignee) };
}

export function assignee({ name, allocated_to: owner, description }: Assignment): Record<string, unknown> {
  return { owner, name, description };
}

function usersOf(args: Args): string[] {
  const given = jsonOf(args, 'assign_to');
  const users = Array.isArray(given) ? given : [given];
  if (users.length > 0 && users.every((user) => typeof user === 'string' && user !== '')) return users as string[];
  throw refusal('assign_to', 'assign_to must be a JSON list of users.');
}

async function addTag({ ctx, args }: MethodCall): Promise<Outcome> {
  const tag = textOf(args, 'tag');
  await addTags(ctx, { ...taggedOf(args), tags: [tag] });
  return { message: tag };
}

async function untag({ ctx, args }: MethodCall): Promise<Outcome> {
  await removeTag(ctx, { ...taggedOf(args), tag: textOf(args, 'tag') });
  return { message: null };
}

async function getTags({ ctx, args }: MethodCall): Promise<Outcome> {
  const name = optionalText(args, 'name');
  const doctype = textOf(args, 'doctype');
  if (name !== undefined) return { message: await tagsOf(ctx, { doctype, name }) };
  return { message: (await tagsInUse(ctx, doctype)).map(({ tag }) => tag) };
}

async function toggleLike({ ctx, args }: MethodCall): Promise<Outcome> {
  const add = optionalText(args, 'add') ?? 'Yes';
  await setLike(ctx, { ...aboutOf(args), likes: add === 'Yes' || add === '1' || add === 'true' });
  return { message: null };
}

function aboutOf(args: Args) {
  return { doctype: textOf(args, 'doctype'), name: textOf(args, 'name') };
}

/** Tags are given by `dt` and `dn`. */
function taggedOf(args: Args) {
  return { doctype: textOf(args, 'dt'), name: textOf(args, 'dn') };
}

/** The members of docinfo that are about this, empty for who asks of a document without any. */
export async function activityInfo(ctx: Context, about: { doctype: string; name: string }) {
  const [page, assignments, tags] = [
    await commentsOf(ctx, { ...about, limit: 100 }),
    await assignmentsOf(ctx, { ...about, status: 'Open' }),
    await tagsOf(ctx, about),
  ];
  return {
    comments: page.items.map((each) => frappeComment(each, about)),
    assignments: assignments.map(assignee),
    tags: tags.join(','),
    user_info: Object.fromEntries(
      Object.entries(page.users).map(([name, face]) => [
        name,
        { name, fullname: face.full_name, image: face.user_image },
      ]),
    ),
  };
}

export const activityMethods: Methods = [
  ['frappe.desk.form.utils.add_comment', { writes: true, run: comment }],
  ['frappe.desk.form.utils.update_comment', { writes: true, run: changeComment }],
  ['frappe.desk.form.assign_to.add', { writes: true, run: addAssignment }],
  ['frappe.desk.form.assign_to.remove', { writes: true, run: removeAssignment }],
  ['frappe.desk.form.assign_to.get', { run: getAssignments }],
  ['frappe.desk.tags.add_tag', { writes: true, run: addTag }],
  ['frappe.desk.tags.remove_tag', { writes: true, run: untag }],
  ['frappe.desk.tags.get_tags', { run: getTags }],
  ['frappe.desk.doctype.tag.tag.add_tag', { writes: true, run: addTag }],
  ['frappe.desk.doctype.tag.tag.remove_tag', { writes: true, run: untag }],
  ['frappe.desk.like.toggle_like', { writes: true, run: toggleLike }],
];
