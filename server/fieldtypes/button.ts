/** Button: calls the method that `options` names. */
import { layoutType } from './families/layout.ts';

export const button = layoutType({ name: 'Button' });
