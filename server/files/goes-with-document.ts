/**
 * Files go with the document that they hang on: into the recycle bin and back, for good when it is deleted for
 * good, and an amendment has all of those of the document that it amends. A rename carries them as a Dynamic Link.
 */
import { asSystem } from '../documents/context.ts';
import type { Guard, GuardArgument, WriteContext } from '../documents/contract.ts';
import { changesFiles } from '../documents/file-fields.ts';
import { removeDocument } from '../documents/remove.ts';
import { restoreDocument } from '../documents/restore.ts';
import { isEmpty } from '../kernel/document.ts';
import { and, condition } from '../kernel/filter.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { attachFiles, checkFileFields, holdToo } from './attach-fields.ts';
import { tailOf } from './file-name.ts';
import { FILE, type FileRow, filesWhere } from './rows.ts';

export const GOES_WITH_DOCUMENT: Guard = {
  async check(argument) {
    if (!argument.isRestored) await checkFileFields(argument);
  },
  async stored(argument) {
    if (argument.isRestored) return bringBack(argument);
    await attachFiles(argument);
    await copyToAmendment(argument);
  },
  removing: takeAlong,
  concerns: changesFiles,
};

async function takeAlong({ ctx, plan, doc, isHard }: GuardArgument): Promise<void> {
  if (!mayHold(plan)) return;
  const within = asSystem(ctx, 'files go with their document');
  const names: string[] = [];
  for (let found = await attachedTo(within, plan, String(doc.name)); found.length > 0; ) {
    for (const { name } of found) {
      await removeDocument(within, { doctype: FILE, name, hard: isHard });
      names.push(name);
    }
    found = await attachedTo(within, plan, String(doc.name));
  }
  if (names.length === 0 || isHard) return;
  // By the document's id: another one may have its name by the time that it comes back.
  ctx.tx.send({
    text: `update deleted_document set data = data || jsonb_build_object('deleted_with', $1::text)
      where deleted_doctype = $2 and deleted_name = any($3::text[]) and not restored`,
    values: [String(doc.id), FILE, names],
  });
}

async function bringBack({ ctx, plan, doc }: GuardArgument): Promise<void> {
  if (!mayHold(plan)) return;
  const within = asSystem(ctx, 'files come back with their document');
  // A folder that is gone does not keep them away.
  const rows = await ctx.tx.query({
    text: `update deleted_document d set data = case when exists (select from "file" f where f.name = d.data->>'folder')
        then d.data else d.data || '{"folder": null}' end
      where deleted_doctype = $1 and not restored and data->>'deleted_with' = $2 returning deleted_name as name`,
    values: [FILE, String(doc.id)],
  });
  for (const { name } of rows) await restoreDocument(within, { doctype: FILE, name: String(name) });
}

async function copyToAmendment({ ctx, plan, doc, before }: GuardArgument): Promise<void> {
  if (before || !plan.isSubmittable || isEmpty(doc.amended_from)) return;
  const within = asSystem(ctx, 'an amendment has the files of what it amends');
  const there = await attachedTo(within, plan, String(doc.name));
  const at = { attached_to_doctype: plan.name, attached_to_name: String(doc.name), attached_to_field: null };
  const known = new Set(there.map((row) => tailOf(row.file_url ?? '') ?? row.file_url));
  for (const row of await attachedTo(within, plan, String(doc.amended_from)))
    if (!known.has(tailOf(row.file_url ?? '') ?? row.file_url)) await holdToo(ctx, row, at);
}

function attachedTo(ctx: WriteContext, plan: DocTypePlan, name: string): Promise<FileRow[]> {
  return filesWhere(
    ctx,
    and(condition('attached_to_doctype', '=', plan.name), condition('attached_to_name', '=', name)),
  );
}

function mayHold(plan: DocTypePlan): boolean {
  return plan.storage === 'table' && plan.name !== FILE;
}
