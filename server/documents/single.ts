/** What a Single is before its first save: its name and its defaults. */
import { ADMINISTRATOR } from '../kernel/actor.ts';
import { type Document, newDocument } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Context } from './contract.ts';
import { emptyValue } from './values.ts';

export function emptySingle(ctx: Context, plan: DocTypePlan): Document {
  const document = newDocument([
    ['name', plan.name],
    ['owner', ADMINISTRATOR],
    ['modified_by', ADMINISTRATOR],
    ['docstatus', 0],
    ['idx', 0],
    ['_version', 0],
  ]);
  for (const field of plan.columns) {
    if (field.isStandard) continue;
    const text = field.field.default === undefined || field.field.default === null ? '' : String(field.field.default);
    const value = field.type.defaultValue(text, field.field, { now: ctx.now });
    document[field.fieldname] = value ?? emptyValue(field);
  }
  for (const table of plan.tables) document[table.fieldname] = [];
  return document;
}
