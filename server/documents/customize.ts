/** Custom Fields and Property Setters are documents that change a DocType: writing one changes the schema. */
import { isEmpty } from '../kernel/document.ts';
import type { Write } from './write.ts';

/** The field that says which DocType is customized, by the DocType that customizes. */
const CUSTOMIZERS: ReadonlyMap<string, string> = new Map([
  ['Custom Field', 'dt'],
  ['Property Setter', 'doc_type'],
]);

export async function customizeSchema(write: Write): Promise<void> {
  const fieldname = CUSTOMIZERS.get(write.plan.name);
  if (!fieldname) return;
  const targets = new Set([write.doc[fieldname], write.before?.[fieldname]].filter((name) => !isEmpty(name)).map(String));
  for (const doctype of targets) await write.ctx.services.schema.customized(write.ctx, doctype);
}
