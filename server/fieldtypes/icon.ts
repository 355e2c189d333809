/** Icon: the name of an icon of the desk. */
import { shortTextType } from './families/text.ts';

export const icon = shortTextType({ name: 'Icon' });
