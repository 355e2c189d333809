/** Image: shows the Attach Image field that `options` names. */
import { layoutType } from './families/layout.ts';

export const image = layoutType({ name: 'Image' });
