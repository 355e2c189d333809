/** Words of what happened to documents: told after the commit, to whoever listens, in any process. */
export type ChangeEvent =
  | 'insert'
  | 'update'
  | 'delete'
  | 'submit'
  | 'cancel'
  | 'rename'
  /** The document is as it was; what hangs on it (comments, assignments, tags, likes) is not. */
  | 'activity';

/** In the place of a DocType: the user called `name` has something to look at; "": anybody may have. */
export const CONCERNED = '';

/** In the place of a DocType: a session of the user called `name` has ended, or an API key; "": anybody's may have. */
export const SIGNED_OUT = '.';

export interface DocumentChange {
  doctype: string;
  /** "": some documents of the DocType, which nobody counted. A renamed one is named twice, as it was and as it is. */
  name: string;
  event: ChangeEvent;
  /** Whose it is (kernel/tenancy.ts); undefined: what all tenants read, or may have. */
  tenant?: string;
}

/** Where committed changes are told. Neither waits nor throws. */
export interface Changes {
  publish(changes: readonly DocumentChange[]): void;
}

/** Changes by document: several of one are its last, at the place of the first. */
export type ChangeMap = Map<string, DocumentChange>;

export function addChange(to: ChangeMap, change: DocumentChange): void {
  // The name comes last: it alone may contain a line break.
  const key = `${change.doctype}\n${change.tenant ?? ''}\n${change.name}`;
  // Nobody has heard of it yet: what was added to a new document is part of its beginning.
  const known = to.get(key)?.event;
  const isStillNew = change.event === 'update' && known === 'insert';
  // What was written says more than what hangs on it.
  const isLess = change.event === 'activity' && known !== undefined;
  if (!isStillNew && !isLess) to.set(key, change);
}

export function signedOut(user: string): DocumentChange {
  return { doctype: SIGNED_OUT, name: user, event: 'delete' };
}

/** Whether the change is about the user, as far as its name says. */
export function isAbout({ name }: DocumentChange, user: string | undefined): boolean {
  return name === '' || name === user;
}

/** Some documents of a DocType, whichever. */
export function someOf(doctype: string, tenant?: string): DocumentChange {
  return tenant === undefined ? { doctype, name: '', event: 'update' } : { doctype, name: '', event: 'update', tenant };
}
