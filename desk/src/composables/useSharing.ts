/** Sharing one document and taking it back; what is shown of it follows. Each throws what the server says to it. */
import * as activity from '../api/activity.ts';
import type { Share } from '../meta/activity-types.ts';
import type { useDocInfo } from './useDocInfo.ts';

type DocInfoHere = Pick<ReturnType<typeof useDocInfo>, 'change'>;

export function share(docInfo: DocInfoHere, wish: activity.ShareWish): Promise<Share> {
  return docInfo.change(
    (about) => activity.share(about, wish),
    (info) => info,
  );
}

/** The rights of a share of one's own, which are seen as changed at once. */
export function changeShare(docInfo: DocInfoHere, row: Share, rights: Partial<activity.ShareWish>): Promise<Share> {
  const { write, submit, share: mayShare } = { ...row, ...rights };
  const wish = { user: row.user ?? undefined, write, submit, share: mayShare };
  return docInfo.change(
    (about) => activity.share(about, wish),
    (info) => ({ ...info, shares: info.shares.map((each) => (each.id === row.id ? { ...each, ...rights } : each)) }),
  );
}

export function unshare(docInfo: DocInfoHere, { id, user, shared_by }: Share): Promise<void> {
  return docInfo.change(
    (about) => activity.unshare(about, { user: user ?? undefined, shared_by }),
    (info) => ({ ...info, shares: info.shares.filter((each) => each.id !== id) }),
  );
}
