/** HTML: fixed markup of the form, from `options`. Not a value: that would be an HTML Editor. */
import { layoutType } from './families/layout.ts';

export const html = layoutType({ name: 'HTML' });
