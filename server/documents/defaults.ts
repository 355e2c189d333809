/** Values that a new document or row begins with (SEMANTICS.md 1.9): only what is not given is filled. */
import { isSet } from '../kernel/doctype.ts';
import { type Document, isEmpty, rowsOf, type Value } from '../kernel/document.ts';
import { scrub } from '../kernel/names.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { isInstruction } from '../schema/tables.ts';
import { emptyValue } from './values.ts';
import type { Write } from './write.ts';

export async function applyDefaults(write: Write): Promise<void> {
  const { ctx, plan, doc } = write;
  if (!write.before) await fill({ write, plan, target: doc, parent: doc });
  for (const table of plan.tables) {
    if (!Array.isArray(doc[table.fieldname])) doc[table.fieldname] = [];
    const child = ctx.snapshot.find(table.childDocType as string);
    if (!child) continue;
    for (const row of rowsOf(doc, table.fieldname)) {
      if (row._version === undefined) await fill({ write, plan: child, target: row, parent: doc });
    }
  }
}

async function fill(q: { write: Write; plan: DocTypePlan; target: Document; parent: Document }): Promise<void> {
  for (const field of q.plan.columns) {
    if (field.isStandard || q.target[field.fieldname] !== undefined) continue;
    const value = await defaultOf({ ...q, field });
    q.target[field.fieldname] = value === undefined || value === null ? emptyValue(field) : value;
    if (field.link && !isEmpty(value)) remember(q.write, q.target, field.fieldname);
  }
}

function remember(write: Write, row: Document, fieldname: string): void {
  const fieldnames = write.defaulted.get(row) ?? new Set();
  write.defaulted.set(row, fieldnames.add(fieldname));
}

async function defaultOf(q: {
  write: Write;
  target: Document;
  parent: Document;
  field: FieldPlan;
}): Promise<Value | undefined> {
  const { field } = q;
  const text = field.field.default === undefined || field.field.default === null ? '' : String(field.field.default);
  const permitted = permittedDefault(q.write, field);
  if (permitted !== undefined) return permitted;
  if (text === '__user') return q.write.ctx.actor.user;
  if (text.startsWith(':')) return fromDocument({ ...q, doctype: text.slice(1) });
  if (isInstruction(text) && text.includes('{')) return fillTemplate(text, q.target);
  return field.type.defaultValue(text, field.field, { now: q.write.ctx.now });
}

/** Links that only the server fills. */
const SERVERS: ReadonlySet<string> = new Set(['amended_from', 'old_parent']);

/** Of a Link, what the actor's User Permissions make the usual value: the one marked, or the only one. */
function permittedDefault(write: Write, field: FieldPlan): string | undefined {
  const { link } = field;
  const restrictions = write.ctx.actor.restrictions ?? [];
  if (restrictions.length === 0 || !link || !('doctype' in link) || link.doctype === 'User') return undefined;
  if (SERVERS.has(field.fieldname)) return undefined;
  if (isSet(field.field.ignore_user_permissions)) return undefined;
  const found = restrictions.find(
    (each) =>
      each.doctype === link.doctype &&
      each.defaultName !== undefined &&
      (each.applicableFor === undefined || each.applicableFor === write.plan.name),
  );
  return found?.defaultName;
}

/** `:Company` on cost_center: Company.cost_center of the document that the parent's `company` names. */
async function fromDocument(q: {
  write: Write;
  parent: Document;
  field: FieldPlan;
  doctype: string;
}): Promise<Value | undefined> {
  const name = q.parent[scrub(q.doctype)];
  const plan = q.write.ctx.snapshot.find(q.doctype);
  if (isEmpty(name) || !plan?.byName.get(q.field.fieldname)?.column) return undefined;
  const { ctx } = q.write;
  const found = await ctx.services.doors.list(ctx, q.doctype, {
    filters: JSON.stringify([['name', '=', name]]),
    fields: JSON.stringify([q.field.fieldname]),
    limit: '1',
  });
  return found[0]?.[q.field.fieldname];
}

/** `{customer} order` with the document's own values. */
export function fillTemplate(template: string, doc: Document): string {
  return template.replace(/\{([a-z0-9_]+)\}/g, (_, fieldname: string) => {
    const value = Object.hasOwn(doc, fieldname) ? doc[fieldname] : undefined;
    return isEmpty(value) ? '' : String(value);
  });
}

/** Only a title field that is called `title`: a template in its options is applied on every save. */
export function fillTitle(write: Write): void {
  const template = titleTemplate(write.plan);
  if (template !== undefined) write.doc.title = fillTemplate(template, write.doc).slice(0, 140);
}

export function titleTemplate(plan: DocTypePlan): string | undefined {
  const field = plan.byName.get('title');
  const template = field?.field.options;
  return field?.column && plan.titleField === 'title' && template?.includes('{') ? template : undefined;
}
