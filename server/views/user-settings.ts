/**
 * How somebody left the list of a DocType, and the desk as a whole: filters, columns, page, view. One for each person and DocType, read and
 * written by that person alone; what others have is behind no door.
 */
import { asSystem, inTransaction, planOf } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import { updateDocument } from '../documents/update.ts';
import { AppError, nearest, refuseProblems } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import {
  columnsShape,
  filtersShape,
  groupShape,
  kindShape,
  nameShape,
  pageShape,
  problemsOf,
  type Shape,
  settingsShape,
  sortShape,
} from './shapes.ts';

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['view', kindShape],
  ['saved_view', nameShape],
  ['filters', filtersShape],
  ['columns', columnsShape],
  ['sort', sortShape],
  ['group_by', groupShape],
  ['page_length', pageShape],
  ['settings', settingsShape],
]);

const LARGEST = 40_000;
const WHY = 'the settings that somebody keeps for their own lists';

export type UserSettings = Readonly<Record<string, unknown>>;

/** What is of no DocType stands under the one that it is kept in, which nobody has a list of. */
const OF_NONE = 'User Setting';

/** {} where nothing was kept. Throws `not_found` for a DocType that the caller may not know of. Without one: of the desk. */
export async function readUserSettings(ctx: Context, doctype?: string): Promise<UserSettings> {
  const [row] = await rowsOf(ctx, nameOf(ctx, doctype));
  return isObject(row?.data) ? row.data : {};
}

/** Replaces all of them; {} forgets them. Throws `validation` for a key or value that is none of these. */
export async function writeUserSettings(
  ctx: Context,
  doctype: string | undefined,
  given: UserSettings,
): Promise<UserSettings> {
  const about = nameOf(ctx, doctype);
  const kept = accept(given);
  await inTransaction(ctx, async (within) => {
    const { user } = within.actor;
    within.tx.send({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`user setting of ${user} for ${about}`],
    });
    const [row] = await rowsOf(within, about);
    const system: WriteContext = asSystem(within, WHY);
    if (row) await updateDocument(system, { doctype: 'User Setting', name: String(row.name), given: { data: kept } });
    else await createDocument(system, { doctype: 'User Setting', given: { user, for_doctype: about, data: kept } });
  });
  return kept;
}

function nameOf(ctx: Context, doctype: string | undefined): string {
  return doctype === undefined ? OF_NONE : planOf(ctx, doctype).name;
}

function rowsOf(ctx: Context, doctype: string) {
  return (ctx.tx ?? ctx.services.db).query({
    name: 'user_setting',
    text: 'select name, data from user_setting where "user" = $1 and for_doctype = $2 order by creation limit 1',
    values: [ctx.actor.user, doctype],
  });
}

function accept(given: UserSettings): UserSettings {
  const unknown = Object.keys(given).find((key) => !SHAPES.has(key));
  if (unknown !== undefined) {
    const shown = unknown.slice(0, 80);
    const meant = nearest(shown, [...SHAPES.keys()]);
    const message = `${JSON.stringify(shown)} is no setting of a list. ${meant ? `Did you mean ${meant}?` : `Known: ${[...SHAPES.keys()].join(', ')}.`}`;
    throw new AppError('validation', message, { errors: [{ field: shown, code: 'unknown_key', message }] });
  }
  refuseProblems(problemsOf(SHAPES, given), 'The settings cannot be kept');
  if (JSON.stringify(given).length > LARGEST)
    throw new AppError('validation', `Settings of a list have at most ${LARGEST} characters of JSON.`);
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== ''));
}
