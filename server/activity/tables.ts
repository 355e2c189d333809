/** The DocTypes whose documents hang on others, and their tables as SQL needs them. Names come out of plans. */
import { quote } from '../db/rows.ts';
import type { Context } from '../documents/contract.ts';
import { shortHash } from '../kernel/names.ts';
import type { Statement } from '../kernel/statement.ts';
import type { DocTypePlan } from '../schema/plan.ts';

/** Fields that say on which document it hangs. */
export interface Hanging {
  doctype: string;
  typeField: string;
  nameField: string;
}

export const COMMENT: Hanging = {
  doctype: 'Comment',
  typeField: 'reference_doctype',
  nameField: 'reference_name',
};
export const TODO: Hanging = { doctype: 'ToDo', typeField: 'reference_type', nameField: 'reference_name' };
export const TAG_LINK: Hanging = { doctype: 'Tag Link', typeField: 'document_type', nameField: 'document_name' };
export const LIKE: Hanging = { doctype: 'Like', typeField: 'reference_doctype', nameField: 'reference_name' };

export const HANGING: readonly Hanging[] = [COMMENT, TODO, TAG_LINK, LIKE];

/** Holds the id of a document that is in the recycle bin, while the name is empty. */
export const DETACHED = 'detached_from';

export interface Table {
  plan: DocTypePlan;
  /** Quoted, as all of these. */
  name: string;
  column(fieldname: string): string;
  /** `column = $1`-like condition on the document: with the places of its DocType and name. */
  isAbout(doctype: string, name: string, alias?: string): string;
}

/** The built-in DocTypes are always there, and the fields that they came with. */
export function tableOf(ctx: Pick<Context, 'snapshot'>, hanging: Hanging): Table {
  const table = plainTable(ctx, hanging.doctype);
  return {
    ...table,
    isAbout(doctype, name, alias) {
      const at = alias === undefined ? '' : `${alias}.`;
      return `${at}${table.column(hanging.typeField)} = ${doctype} and ${at}${table.column(hanging.nameField)} = ${name}`;
    },
  };
}

export function plainTable(ctx: Pick<Context, 'snapshot'>, doctype: string): Omit<Table, 'isAbout'> {
  const plan = ctx.snapshot.find(doctype);
  if (!plan) throw new Error(`the built-in DocType ${doctype} is missing`);
  return {
    plan,
    name: quote(plan.table),
    column(fieldname) {
      const column = plan.byName.get(fieldname)?.column;
      if (column === undefined) throw new Error(`${doctype} has no column for ${fieldname}`);
      return quote(column);
    },
  };
}

/** A timestamp as answers have it. */
export function timeSql(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** A statement whose text is one of a few: prepared under its own name. */
export function prepared({ text, values }: Statement): Statement {
  return { name: `activity_${shortHash(text)}`, text, values };
}
