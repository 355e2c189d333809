/** What hangs on a document, over REST: one function per route. */
import type {
  Assignment,
  CommentContent,
  DocInfo,
  Face,
  Likes,
  Share,
  TimelinePage,
  TimelineView,
} from '../meta/activity-types.ts';
import { pathOf, request } from './client.ts';

/** DocType and name. */
export type About = readonly [doctype: string, name: string];

export function getDocInfo(about: About): Promise<DocInfo> {
  return request('GET', pathOf(...about, 'docinfo'));
}

export function getTimeline(
  about: About,
  wish: { show: TimelineView; before?: string; limit?: number },
  signal?: AbortSignal,
): Promise<TimelinePage> {
  return request('GET', pathOf(...about, 'timeline'), { query: wish, signal });
}

export interface WrittenComment extends CommentContent {
  id: string;
  by: string;
  creation: string;
  /** Who was mentioned and may not read the document. */
  cannot_read: readonly string[];
}

export function addComment(about: About, content: string): Promise<WrittenComment> {
  return request('POST', pathOf(...about, 'comments'), { body: { content } });
}

export function editComment(about: About, id: string, content: string): Promise<WrittenComment> {
  return request('PATCH', pathOf(...about, 'comments', id), { body: { content } });
}

/** `isLast`: goes out even when the page is being left. */
export function removeComment(about: About, id: string, isLast = false): Promise<void> {
  return request('DELETE', pathOf(...about, 'comments', id), { outlivesPage: isLast });
}

export interface AssignWish {
  users: readonly string[];
  description?: string;
  priority?: string;
  date?: string;
}

/** Gives all that are open. */
export async function assign(about: About, wish: AssignWish): Promise<Assignment[]> {
  return (await request<{ items: Assignment[] }>('POST', pathOf(...about, 'assignments'), { body: wish })).items;
}

export function changeAssignment(
  about: About,
  id: string,
  given: Partial<Pick<Assignment, 'status' | 'priority' | 'date' | 'description'>>,
): Promise<Assignment> {
  return request('PATCH', pathOf(...about, 'assignments', id), { body: given });
}

/** Takes back what is open for a user. */
export function unassign(about: About, user: string): Promise<void> {
  return request('DELETE', pathOf(...about, 'assignments'), { query: { user } });
}

export async function addTags(about: About, tags: readonly string[]): Promise<string[]> {
  return (await request<{ items: string[] }>('POST', pathOf(...about, 'tags'), { body: { tags } })).items;
}

export async function removeTag(about: About, tag: string): Promise<string[]> {
  return (await request<{ items: string[] }>('DELETE', pathOf(...about, 'tags'), { query: { tag } })).items;
}

/** On documents of a DocType, the most used first. */
export async function listTags(doctype: string): Promise<{ tag: string; count: number }[]> {
  const path = '/api/v1/activity/tags';
  return (await request<{ items: { tag: string; count: number }[] }>('GET', path, { query: { doctype } })).items;
}

/** Enabled users by a part of their name. */
export async function findPeople(q: string, limit: number, signal?: AbortSignal): Promise<(Face & { user: string })[]> {
  const query = { q: q || undefined, limit };
  return (await request<{ items: (Face & { user: string })[] }>('GET', '/api/v1/activity/people', { query, signal }))
    .items;
}

export function setLike(about: About, likes: boolean): Promise<Likes> {
  return request(likes ? 'PUT' : 'DELETE', pathOf(...about, 'like'));
}

export interface ShareWish {
  /** Absent: everyone. */
  user?: string;
  write: boolean;
  submit: boolean;
  share: boolean;
}

export function share([doctype, name]: About, { user, ...rights }: ShareWish): Promise<Share> {
  const receiver = user === undefined ? { everyone: true } : { user };
  return request('POST', '/api/v1/share', { body: { doctype, name, ...receiver, read: true, ...rights } });
}

export function unshare([doctype, name]: About, q: { user?: string; shared_by: string }): Promise<void> {
  const receiver = q.user === undefined ? { everyone: true } : { user: q.user };
  return request('DELETE', '/api/v1/share', { body: { doctype, name, ...receiver, shared_by: q.shared_by } });
}
