/** `tenancy`: whose the documents are when many tenants share the database. */
import type { FieldProblem } from '../kernel/error.ts';
import type { CheckContext } from './check-context.ts';
import { show } from './check-wording.ts';

const KNOWN: readonly unknown[] = [undefined, null, '', 'Common', 'Global Names'];

export function checkTenancy({ reading: { definition } }: CheckContext): FieldProblem[] {
  if (KNOWN.includes(definition.tenancy)) return [];
  const message = `tenancy is empty, Common or Global Names; got ${show(definition.tenancy)}.`;
  return [{ field: 'tenancy', code: 'bad_tenancy', message }];
}
