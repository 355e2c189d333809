/**
 * What hangs on a document is written through the document alone, goes with it into the recycle bin and comes back
 * with it, and follows it when it is merged. Renames carry it as they carry every Dynamic Link.
 */

import { noteSome } from '../documents/changes.ts';
import type { App, Guard, GuardArgument } from '../documents/contract.ts';
import { isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { and, condition, NONE, or } from '../kernel/filter.ts';
import { isObject } from '../kernel/json.ts';
import {
  COMMENT,
  DETACHED,
  HANGING,
  type Hanging,
  LIKE,
  plainTable,
  prepared,
  TAG_LINK,
  TODO,
  tableOf,
} from './tables.ts';

/**
 * Whatever permission rows a site adds, through the doors of their own DocTypes nobody reaches what hangs on a
 * document but Administrator: its rule would be that of the document, which is another for each row.
 */
export const ACTIVITY_RULES: App['controllers'] = {
  [COMMENT.doctype]: { rowRule: () => NONE },
  [TAG_LINK.doctype]: { rowRule: () => NONE },
  [LIKE.doctype]: { rowRule: () => NONE },
  // A ToDo about no document is its owner's and that of whom it is for.
  [TODO.doctype]: {
    rowRule({ actor, right }) {
      const isOwn = condition('owner', '=', actor.user);
      const isTheirs = right === 'delete' ? isOwn : or(isOwn, condition('allocated_to', '=', actor.user));
      return and(condition(TODO.typeField, 'is', 'not set'), isTheirs);
    },
  },
};

/** The server itself, on behalf of the functions of this room. */
function isOurs({ ctx }: GuardArgument): boolean {
  return ctx.actor.reason !== undefined;
}

function throughDocument(what: string, route: string): Guard {
  const refuse = (argument: GuardArgument): void => {
    if (isOurs(argument)) return;
    throw new AppError('forbidden', `${what} are written through the document: ${route}.`);
  };
  return { check: refuse, renaming: refuse };
}

const TODO_GUARD: Guard = {
  check(argument) {
    const { doc, before } = argument;
    const isAbout =
      !isEmpty(doc[TODO.typeField]) || !isEmpty(doc[TODO.nameField]) || !isEmpty(before?.[TODO.typeField]);
    if (isOurs(argument)) return;
    if (!isAbout) {
      doc.assigned_by = before ? (before.assigned_by ?? null) : argument.ctx.actor.user;
      return;
    }
    throw new AppError(
      'forbidden',
      'A ToDo about a document is an assignment, written through the document: /api/v1/{doctype}/{name}/assignments.',
    );
  },
};

const WITH_DOCUMENT: Guard = {
  async removing(argument) {
    const { ctx, plan, doc } = argument;
    if (plan.name === 'User') forgetUser(argument);
    if (plan.name === 'Deleted Document') return forget(argument, detachedIn(doc.data));
    if (plan.storage !== 'table' || isHanging(plan.name)) return undefined;
    const about = [plan.name, String(doc.name)];
    if (argument.isHard) return forget(argument, about);
    return each(ctx, [...about, String(doc.id)], (table) => {
      const { name, hanging } = table;
      return `update ${name} set ${table.column(hanging.nameField)} = null, ${table.column(DETACHED)} = $3
        where ${table.isAbout('$1', '$2')}`;
    });
  },
  async restored({ ctx, plan, doc }) {
    if (isHanging(plan.name)) return;
    await each(ctx, [plan.name, String(doc.name), String(doc.id)], (table) => {
      const { name, hanging } = table;
      return `update ${name} set ${table.column(hanging.nameField)} = $2, ${table.column(DETACHED)} = null
        where ${table.column(hanging.typeField)} = $1 and ${table.column(DETACHED)} = $3`;
    });
  },
  /** Before all of it follows to the other document: what that has already is not had twice. */
  renaming({ ctx, plan, doc, rename }) {
    if (!rename?.merge || plan.storage !== 'table') return;
    for (const [hanging, field] of [
      [TAG_LINK, 'tag'],
      [LIKE, 'user'],
    ] as const) {
      const table = tableOf(ctx, hanging);
      const same = `o.${table.column(field)} = x.${table.column(field)}`;
      ctx.tx.send({
        text: `delete from ${table.name} x where ${table.isAbout('$1', '$2', 'x')}
          and exists (select 1 from ${table.name} o where ${table.isAbout('$1', '$3', 'o')} and ${same})`,
        values: [plan.name, String(doc.name), rename.to],
      });
    }
  },
};

export const ACTIVITY_GUARDS: readonly (readonly [string, Guard])[] = [
  [COMMENT.doctype, throughDocument('Comments', '/api/v1/{doctype}/{name}/comments')],
  [TAG_LINK.doctype, throughDocument('Tags', '/api/v1/{doctype}/{name}/tags')],
  [LIKE.doctype, throughDocument('Likes', '/api/v1/{doctype}/{name}/like')],
  [TODO.doctype, TODO_GUARD],
  ['*', WITH_DOCUMENT],
];

function isHanging(doctype: string): boolean {
  return HANGING.some((hanging) => hanging.doctype === doctype);
}

type HangingTable = ReturnType<typeof tableOf> & { hanging: Hanging };

/** One statement on all of their tables; those where it reached something are told as changed. */
async function each(
  ctx: GuardArgument['ctx'],
  values: readonly string[],
  textOf: (table: HangingTable) => string,
): Promise<void> {
  const tables = HANGING.map((hanging): HangingTable => ({ ...tableOf(ctx, hanging), hanging }));
  const parts = tables.map((table, index) => `h${index} as (${textOf(table)} returning 1)`);
  const counts = tables.map((_, index) => `(select count(*)::int from h${index}) as h${index}`);
  const [row] = await ctx.tx.query(prepared({ text: `with ${parts.join(', ')} select ${counts.join(', ')}`, values }));
  tables.forEach(({ plan }, index) => {
    if (Number(row?.[`h${index}`]) > 0) noteSome(ctx, plan);
  });
}

/** For good, with the mentions in comments: of a document by DocType and name, or of a detached one by its id. */
async function forget({ ctx }: GuardArgument, about: readonly string[]): Promise<void> {
  const [id, ...more] = about;
  if (id === undefined) return;
  const isIt = (table: ReturnType<typeof tableOf>): string =>
    more.length > 0 ? table.isAbout('$1', '$2') : `${table.column(DETACHED)} = $1`;
  const mention = plainTable(ctx, 'Comment Mention');
  const comment = tableOf(ctx, COMMENT);
  ctx.tx.send({
    text: `delete from ${mention.name} where parent_id in (select id from ${comment.name} where ${isIt(comment)})`,
    values: about,
  });
  await each(ctx, about, (table) => `delete from ${table.name} where ${isIt(table)}`);
}

/** The id of what a Deleted Document holds. */
function detachedIn(data: unknown): string[] {
  const held: unknown = typeof data === 'string' ? JSON.parse(data) : data;
  return isObject(held) && typeof held.id === 'string' ? [held.id] : [];
}

/** Likes and mentions of a user who goes; comments stay as the words of somebody who was there. */
function forgetUser({ ctx, doc }: GuardArgument): void {
  for (const doctype of [LIKE.doctype, 'Comment Mention']) {
    const table = plainTable(ctx, doctype);
    ctx.tx.send({ text: `delete from ${table.name} where ${table.column('user')} = $1`, values: [String(doc.name)] });
  }
}
