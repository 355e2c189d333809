/** Heading: a caption within the form. */
import { layoutType } from './families/layout.ts';

export const heading = layoutType({ name: 'Heading' });
