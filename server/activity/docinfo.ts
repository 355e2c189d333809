/** All that stands beside a form at its first load, in one answer: each part as its own route has it. */
import type { Context } from '../documents/contract.ts';
import { sharesOf } from '../sharing/list.ts';
import type { ShareRow } from '../sharing/rows.ts';
import { type Assignment, assignmentRows } from './assignments.ts';
import { type Attachment, attachmentsOf } from './attachments.ts';
import { type CommentPage, commentPage } from './comments.ts';
import { type Connection, connectionsOf } from './connections.ts';
import { type Likes, likesOf } from './likes.ts';
import { USUAL_PAGE } from './page.ts';
import { type Face, facesOf } from './people.ts';
import { type DocumentRights, rightsOn } from './rights.ts';
import { type Address, subjectOf } from './subject.ts';
import { tagRows } from './tags.ts';

export interface DocInfo {
  doctype: string;
  name: string;
  permissions: DocumentRights;
  comments: Omit<CommentPage, 'users'>;
  /** The open ones. */
  assignments: Assignment[];
  tags: string[];
  likes: Likes;
  shares: ShareRow[];
  links: Connection[];
  attachments: Attachment[];
  /** Everybody who is named in the answer. */
  users: Record<string, Face>;
}

/** Throws `not_found` for a document that the caller may not read. */
export async function docInfo(ctx: Context, q: Address): Promise<DocInfo> {
  const subject = await subjectOf(ctx, q);
  const { plan, name } = subject;
  const isStored = subject.id !== undefined;
  const [permissions, links, page, assignments, tags, likes, shares, attachments] = await Promise.all([
    rightsOn(ctx, subject),
    connectionsOf(ctx, subject),
    isStored ? commentPage(ctx, subject, { limit: USUAL_PAGE }) : NO_COMMENTS,
    isStored ? assignmentRows(ctx, subject, { status: 'Open' }) : [],
    isStored ? tagRows(ctx, subject) : [],
    isStored ? likesOf(ctx, subject) : NO_LIKES,
    plan.storage === 'table' ? sharesOf(ctx, { doctype: plan.name, name }) : [],
    isStored ? attachmentsOf(ctx, subject) : [],
  ]);
  const { users, ...comments } = page;
  const others = await facesOf(ctx, [
    subject.owner,
    subject.modifiedBy,
    ...assignments.flatMap((each) => [each.allocated_to, each.assigned_by]),
    ...likes.users.slice(0, USUAL_PAGE),
    ...shares.flatMap((each) => [each.user, each.shared_by]),
    ...attachments.map((each) => each.owner),
  ]);
  return {
    doctype: plan.name,
    name,
    permissions,
    comments,
    assignments,
    tags,
    likes,
    shares,
    links,
    attachments,
    users: { ...others, ...users },
  };
}

const NO_COMMENTS: CommentPage = { items: [], next: null, total: 0, users: {} };
const NO_LIKES: Likes = { liked: false, count: 0, users: [] };
