/** Plans and snapshots straight from DocType JSON, for tests that need no database of definitions. */
import { builtinFieldTypes, createRegistry } from '../../server/fieldtypes/registry.ts';
import type { DocField, DocTypeJson } from '../../server/kernel/doctype.ts';
import { snakeCase } from '../../server/kernel/names.ts';
import { compileDocType } from '../../server/schema/compile.ts';
import { completeDefinition } from '../../server/schema/complete.ts';
import type { DocTypePlan, Snapshot } from '../../server/schema/plan.ts';
import { createSnapshot } from '../../server/schema/snapshot.ts';

const registry = createRegistry(builtinFieldTypes);

/** A definition from its fields, written short: `customer Link Customer`, with `!` for the list view. */
export function docType(name: string, fields: readonly string[], more: Partial<DocTypeJson> = {}): DocTypeJson {
  return { name, module: 'Test', fields: fields.map(shortField), permissions: [], ...more };
}

/** `columns` gives fields another column than their name, as a rename does. */
export function planOf(json: DocTypeJson, columns: Readonly<Record<string, string>> = {}): DocTypePlan {
  const definition = completeDefinition(json);
  const states = definition.fields.map(({ fieldname }) => ({
    id: fieldname,
    fieldname,
    column: columns[fieldname] ?? fieldname,
  }));
  return compileDocType({ definition, states, table: snakeCase(json.name), version: 1, app: 'test', registry });
}

export function snapshotOf(plans: readonly DocTypePlan[]): Snapshot {
  return createSnapshot(
    1,
    plans.map((plan) => ({ name: plan.name, table: plan.table, module: plan.module, compile: () => plan })),
  );
}

/** `name Type [options]`; a type of two words is joined by `_`. */
function shortField(text: string): DocField {
  const [name = '', type = 'Data', ...options] = text.split(' ');
  const field: DocField = { fieldname: name.replace('!', ''), fieldtype: type.replaceAll('_', ' ') };
  if (name.endsWith('!')) field.in_list_view = 1;
  if (options.length > 0) field.options = options.join(' ');
  return field;
}
