/** Section Break: begins a section of the form. */
import { layoutType } from './families/layout.ts';

export const sectionBreak = layoutType({ name: 'Section Break' });
