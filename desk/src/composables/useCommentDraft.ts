/** What somebody has typed as a comment and not sent: kept while they look at other pages. */
import type { Mentions } from '../meta/comment-text.ts';

export interface CommentDraft {
  text: string;
  mentions: Mentions;
}

const drafts = new Map<string, CommentDraft>();

export function draftOf(key: string): CommentDraft | undefined {
  return drafts.get(key);
}

export function keepDraft(key: string, draft: CommentDraft): void {
  if (draft.text.trim() === '') drafts.delete(key);
  else drafts.set(key, draft);
}
