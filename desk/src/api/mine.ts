/** What concerns the caller across all documents: what is assigned to them, where they are mentioned. */
import { request } from './client.ts';

export interface Reference {
  doctype: string;
  name: string;
  title: string | null;
}

export interface MyAssignment {
  id: string;
  description: string;
  /** YYYY-MM-DD; null: no day is set. */
  date: string | null;
  priority: string;
  assigned_by: string;
  creation: string;
  reference: Reference;
}

export interface MyMention {
  id: string;
  by: string;
  /** Sanitised HTML. */
  content: string;
  creation: string;
  reference: Reference;
}

/** People by name, for whoever is spoken of in the items. */
export type People = Readonly<Record<string, { full_name?: string }>>;

export interface Mine<T> {
  items: T[];
  next: string | null;
  users: People;
}

/** Those that are open, the newest first. */
export function listMyAssignments(limit: number): Promise<Mine<MyAssignment>> {
  return request('GET', '/api/v1/activity/assigned-to-me', { query: { status: 'Open', limit } });
}

export function listMyMentions(limit: number): Promise<Mine<MyMention>> {
  return request('GET', '/api/v1/activity/mentions', { query: { limit } });
}
