/** Table MultiSelect: rows of a child DocType whose one Link is the chosen value; the form shows them as pills. */
import { tableType } from './families/table.ts';

export const tableMultiSelect = tableType({ name: 'Table MultiSelect' });
