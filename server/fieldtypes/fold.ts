/** Fold: what follows is folded away at first. */
import { layoutType } from './families/layout.ts';

export const fold = layoutType({ name: 'Fold' });
