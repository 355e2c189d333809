/**
 * All that happened to a document, newest first, as one list: what was changed, said, assigned, tagged, attached,
 * liked, shared, and that it was made. One statement for a page, whose parts stop where the page does.
 */
import type { Context } from '../documents/contract.ts';
import { readableChanges } from '../documents/readable-changes.ts';
import { isManager } from '../rights/grants.ts';
import { mayDo } from '../sharing/rows.ts';
import { assignmentColumns } from './assignments.ts';
import { columnsSql } from './comments.ts';
import { beforeSql, cut, type PageWish, type Place, placeBefore } from './page.ts';
import { type Face, facesOf } from './people.ts';
import { type Address, type Subject, subjectOf } from './subject.ts';
import { COMMENT, LIKE, plainTable, prepared, TAG_LINK, TODO, tableOf, timeSql } from './tables.ts';
import { type ChangeShown, changesShown } from './timeline-changes.ts';

export type TimelineEntry = { id: string; at: string; by: string } & (
  | { kind: 'creation' }
  | { kind: 'version'; version: number; changes: ChangeShown[] }
  | {
      kind: 'comment';
      comment: {
        name: string;
        content: string;
        modified: string;
        is_edited: boolean;
        mentions: string[];
        may_edit: boolean;
        may_delete: boolean;
      };
    }
  | { kind: 'assignment'; assignment: Record<string, unknown> }
  | { kind: 'like' }
  | { kind: 'tag'; tag: string }
  | { kind: 'attachment'; attachment: { name: string; file_name: string | null } }
  | { kind: 'share'; share: Record<string, unknown> }
);

export interface Timeline {
  items: TimelineEntry[];
  next: string | null;
  users: Record<string, Face>;
}

/** Parts of it that are asked for alone. */
export const TIMELINE_VIEWS = ['everything', 'comments', 'changes'] as const;
export type TimelineView = (typeof TIMELINE_VIEWS)[number];

const KINDS_OF: Readonly<Record<TimelineView, ReadonlySet<string> | undefined>> = {
  everything: undefined,
  comments: new Set(['comment']),
  changes: new Set(['version', 'creation']),
};

interface Row extends Place {
  kind: TimelineEntry['kind'];
  by: string;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own, made by the statement below
  data: any;
}

/** An entry that would show nothing to this caller is left out, so a page may be shorter. Throws `not_found`. */
export async function timelineOf(ctx: Context, q: Address & PageWish & { view?: TimelineView }): Promise<Timeline> {
  const subject = await subjectOf(ctx, q);
  if (subject.id === undefined) return { items: [], next: null, users: {} };
  const isSharer = await mayDo(ctx, { plan: subject.plan, name: subject.id, action: 'share' });
  const { items: rows, next } = cut(
    await readRows(ctx, { subject, isSharer, page: q, kinds: KINDS_OF[q.view ?? 'everything'] }),
    q.limit,
  );
  const items = rows.flatMap((row) => shown(ctx, subject, row));
  const named = items.flatMap((item) => [
    item.by,
    ...(item.kind === 'assignment' ? [item.assignment.allocated_to as string | null] : []),
    ...(item.kind === 'share' ? [item.share.user as string | null] : []),
  ]);
  return { items, next, users: await facesOf(ctx, named) };
}

function shown(ctx: Context, { plan }: Subject, row: Row): TimelineEntry[] {
  const entry = { id: row.id, at: row.at, by: row.by };
  switch (row.kind) {
    case 'version': {
      const changes = changesShown(ctx, plan, readableChanges(ctx, plan.name, row.data.data));
      return changes.length === 0 ? [] : [{ ...entry, kind: 'version', version: row.data.version, changes }];
    }
    case 'comment': {
      const { name, content, modified, version, mentions } = row.data;
      const isOwn = row.by === ctx.actor.user;
      const rights = { may_edit: isOwn, may_delete: isOwn || isManager(ctx.actor) };
      const comment = { name, content: content ?? '', modified, is_edited: version > 1, mentions, ...rights };
      return [{ ...entry, kind: 'comment', comment }];
    }
    case 'assignment': {
      const { id: _, creation: __, ...assignment } = row.data;
      return [{ ...entry, kind: 'assignment', assignment }];
    }
    case 'share':
      return [{ ...entry, kind: 'share', share: row.data }];
    case 'tag':
      return [{ ...entry, kind: 'tag', tag: row.data.tag }];
    case 'attachment':
      return [{ ...entry, kind: 'attachment', attachment: row.data }];
    default:
      return [{ ...entry, kind: row.kind }];
  }
}

/** One more than the page has. */
async function readRows(
  ctx: Context,
  q: { subject: Subject; isSharer: boolean; page: PageWish; kinds: ReadonlySet<string> | undefined },
): Promise<Row[]> {
  const { subject, isSharer, page, kinds } = q;
  const { plan, name } = subject;
  const { id = null, owner, creation } = subject;
  const values: (string | number | null)[] = [plan.name, name, page.limit + 1, creation, ctx.actor.user, id, owner];
  const place = placeBefore(page.before);
  // A part that is not asked for stays, empty: each of the values has its place.
  const part = (alias: string, p: { kind: string; by?: string; data: string; from: string; where: string }): string =>
    `(select '${p.kind}' as kind, ${alias}.id, ${alias}.creation, ${p.by ?? `${alias}.owner`} as by, ${p.data} as data
      from ${p.from} ${alias} where ${kinds?.has(p.kind) === false ? 'false and ' : ''}${p.where}${beforeSql(alias, place, values)}
      order by ${alias}.creation desc, ${alias}.id desc limit $3)`;
  const comment = tableOf(ctx, COMMENT);
  const todo = tableOf(ctx, TODO);
  const like = tableOf(ctx, LIKE);
  const tag = tableOf(ctx, TAG_LINK);
  const [version, share, file] = [plainTable(ctx, 'Version'), plainTable(ctx, 'DocShare'), plainTable(ctx, 'File')];
  const { column: ofVersion } = version;
  const { column: ofShare } = share;
  // Who may share sees all shares, others those that concern them.
  const concerns = `(${isSharer} or s.${ofShare('everyone')} or $5 in (s.${ofShare('user')}, s.${ofShare('shared_by')}))`;
  const rights = ['user', 'everyone', 'read', 'write', 'submit', 'share'].map(
    (field) => `'${field}', s.${ofShare(field)}`,
  );
  const parts = [
    part('v', {
      kind: 'version',
      data: `json_build_object('version', v.${ofVersion('version_no')}, 'data', v.${ofVersion('data')})`,
      from: version.name,
      // Not those of an earlier document of this name, which is gone.
      where: `v.${ofVersion('ref_doctype')} = $1 and v.${ofVersion('docname')} = $2 and v.creation >= $4::timestamptz`,
    }),
    part('c', {
      kind: 'comment',
      data: `(select to_json(d) from (select ${columnsSql(ctx)}) d)`,
      from: comment.name,
      where: `${comment.isAbout('$1', '$2', 'c')} and c.${comment.column('comment_type')} = 'Comment'`,
    }),
    part('t', {
      kind: 'assignment',
      by: `coalesce(t.${todo.column('assigned_by')}, t.owner)`,
      data: `(select to_json(d) from (select ${assignmentColumns(ctx)}) d)`,
      from: todo.name,
      where: todo.isAbout('$1', '$2', 't'),
    }),
    part('l', {
      kind: 'like',
      by: `l.${like.column('user')}`,
      data: 'null::json',
      from: like.name,
      where: like.isAbout('$1', '$2', 'l'),
    }),
    part('s', {
      kind: 'share',
      by: `s.${ofShare('shared_by')}`,
      data: `json_build_object(${rights.join(', ')})`,
      from: share.name,
      where: `s.${ofShare('share_doctype')} = $1 and s.${ofShare('share_name')} = $2 and ${concerns}`,
    }),
    part('g', {
      kind: 'tag',
      data: `json_build_object('tag', g.${tag.column('tag')})`,
      from: tag.name,
      where: tag.isAbout('$1', '$2', 'g'),
    }),
    part('f', {
      kind: 'attachment',
      data: `json_build_object('name', f.name, 'file_name', f.${file.column('file_name')})`,
      from: file.name,
      where: `f.${file.column('attached_to_doctype')} = $1 and f.${file.column('attached_to_name')} = $2`,
    }),
    part('d', {
      kind: 'creation',
      data: 'null::json',
      from: '(select $6::uuid as id, $4::timestamptz as creation, $7::text as owner)',
      where: 'true',
    }),
  ];
  const rows = await ctx.services.db.query(
    prepared({
      text: `select e.kind, e.id::text as id, ${timeSql('e.creation')} as at, e.by, e.data from (${parts.join(' union all ')}) e
      order by e.creation desc, e.id desc limit $3`,
      values,
    }),
  );
  return rows as unknown as Row[];
}
