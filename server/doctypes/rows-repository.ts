/**
 * DocField, DocPerm and the other rows of DocTypes as lists of their own: read from the definitions, written
 * only with the DocType that they belong to.
 */
import type { Context, Repository } from '../documents/contract.ts';
import { type Document, rowsOf } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { presentRecord } from './repository.ts';
import { readRecords } from './rows.ts';

/** The child DocTypes of DocType, whose rows these are. */
export const ROW_DOCTYPES = ['DocField', 'DocPerm', 'DocType Link', 'DocType Action', 'DocType State'];

export const docTypeRowsRepository: Repository = {
  list: allRows,
  async get(ctx, plan, name) {
    return (await allRows(ctx, plan)).find((row) => row.name === name);
  },
};

async function allRows(ctx: Context, plan: DocTypePlan): Promise<Document[]> {
  const parent = ctx.snapshot.find('DocType');
  const table = parent?.fields.find((field) => field.childDocType === plan.name);
  if (!parent || !table) return [];
  const records = await readRecords(ctx.tx ?? ctx.services.db);
  return records.flatMap((record) => rowsOf(presentRecord(record, parent), table.fieldname));
}
