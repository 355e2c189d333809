/** `frappe.share.*` over the sharing of every other edge. */
import { sharesOf } from '../../../sharing/list.ts';
import type { ShareRow } from '../../../sharing/rows.ts';
import { shareDocument } from '../../../sharing/share.ts';
import { refusal } from '../../given.ts';
import type { Outcome } from '../answers.ts';
import { type Args, optionalFlag, optionalText, textOf } from '../arguments.ts';
import type { MethodCall, Methods } from './method.ts';

const RIGHTS = ['read', 'write', 'submit', 'share'] as const;
type Right = (typeof RIGHTS)[number];

/** Reading is always given. */
async function add({ ctx, args }: MethodCall): Promise<Outcome> {
  const rights = Object.fromEntries(RIGHTS.map((right) => [right, right === 'read' || optionalFlag(args, right)]));
  const row = await shareDocument(ctx, { ...subjectOf(args), ...rights });
  return { message: row ? frappeRow(row) : null };
}

/** One right more or less; taking away reading takes all. */
async function setPermission({ ctx, args }: MethodCall): Promise<Outcome> {
  const subject = subjectOf(args);
  const right = RIGHTS.find((known) => known === textOf(args, 'permission_to'));
  if (!right) throw refusal('permission_to', `permission_to is one of ${RIGHTS.join(', ')}.`);
  const isGiven = optionalFlag(args, 'value', true);
  const stored = (await sharesOf(ctx, subject)).find(
    (row) => row.shared_by === ctx.actor.user && (subject.everyone ? row.everyone : row.user === subject.user),
  );
  const rights = new Map<Right, boolean>(RIGHTS.map((each) => [each, stored?.[each] ?? each === 'read']));
  rights.set(right, isGiven);
  const row = await shareDocument(ctx, { ...subject, ...Object.fromEntries(rights) });
  return { message: row ? frappeRow(row) : null };
}

async function getUsers({ ctx, args }: MethodCall): Promise<Outcome> {
  const rows = await sharesOf(ctx, { doctype: textOf(args, 'doctype'), name: textOf(args, 'name') });
  return { message: rows.map(frappeRow) };
}

function subjectOf(args: Args) {
  const everyone = optionalFlag(args, 'everyone');
  const user = everyone ? undefined : optionalText(args, 'user');
  return { doctype: textOf(args, 'doctype'), name: textOf(args, 'name'), user, everyone };
}

function frappeRow(row: ShareRow): Record<string, unknown> {
  const rights = RIGHTS.map((right): [string, number] => [right, Number(row[right])]);
  const about = { share_doctype: row.doctype, share_name: row.name, user: row.user, everyone: Number(row.everyone) };
  return { doctype: 'DocShare', name: row.id, ...about, owner: row.shared_by, ...Object.fromEntries(rights) };
}

export const shareMethods: Methods = [
  ['frappe.share.add', { writes: true, run: add }],
  ['frappe.share.set_permission', { writes: true, run: setPermission }],
  ['frappe.share.get_users', { run: getUsers }],
];
