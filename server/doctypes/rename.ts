/** Renaming a DocType: it, and every definition whose Link and Table fields name it. */
import type { WriteContext } from '../documents/contract.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import type { DocField, DocTypeJson } from '../kernel/doctype.ts';
import type { SchemaEdit } from './edits.ts';
import { readRecords } from './rows.ts';

export async function renameEdits(ctx: WriteContext, q: { from: string; to: string }): Promise<SchemaEdit[]> {
  const edits: SchemaEdit[] = [];
  const referring: string[] = [];
  let own: DocTypeJson | undefined;
  const { registry } = ctx.services;
  for (const name of ctx.snapshot.names) {
    const plan = ctx.snapshot.find(name);
    if (plan?.definition.fields.some((field) => refersTo(registry, field, q.from))) referring.push(name);
  }
  for (const record of await readRecords(ctx.tx, referring)) {
    const definition = repointed(registry, record.definition, q);
    if (record.name === q.from) own = definition;
    else edits.push({ kind: 'define', definition, app: record.app, action: 'update' });
  }
  return [{ kind: 'rename', from: q.from, to: q.to, definition: own }, ...edits];
}

/** Whether the options of a field name the DocType: a Link's, or a child table's. */
function refersTo(registry: Registry, field: DocField, doctype: string): boolean {
  if (field.options !== doctype) return false;
  const type = registry.find(field.fieldtype);
  const target = type?.linkTarget?.(field);
  return type?.children === true || (target !== undefined && 'doctype' in target);
}

/** With another name in the options that name a DocType. */
export function repointed(registry: Registry, definition: DocTypeJson, q: { from: string; to: string }): DocTypeJson {
  return {
    ...definition,
    fields: definition.fields.map((field) => (refersTo(registry, field, q.from) ? { ...field, options: q.to } : field)),
  };
}
