/** Table: rows of the child DocType in `options`. */
import { tableType } from './families/table.ts';

export const table = tableType({ name: 'Table' });
