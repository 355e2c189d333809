/** Attach Image: the URL of a picture. */
import { longTextType } from './families/text.ts';

export const attachImage = longTextType({ name: 'Attach Image', file: true, canBeListed: false });
