/** Tab Break: begins a tab of the form. */
import { layoutType } from './families/layout.ts';

export const tabBreak = layoutType({ name: 'Tab Break' });
