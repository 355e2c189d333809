/** Column Break: begins a column within a section. */
import { layoutType } from './families/layout.ts';

export const columnBreak = layoutType({ name: 'Column Break' });
