/** What the documents room tells the schema: a Custom Field or Property Setter was written. */
import type { SchemaSync } from '../documents/contract.ts';
import { changeSchema } from './change.ts';
import type { SchemaServices } from './edits.ts';

export function createSchemaSync(services: () => SchemaServices): SchemaSync {
  return {
    async customized(ctx, doctype) {
      await changeSchema({
        services: services(),
        tx: ctx.tx,
        policy: { actor: ctx.actor, strictness: 'strict', confirm: ctx.confirm },
        edits: [{ kind: 'relayer', doctype }],
      });
    },
  };
}
