/** Color: `#rrggbb` as the picker writes it; other names of colours are taken as they come, as Frappe does. */
import { shortTextType } from './families/text.ts';

export const color = shortTextType({ name: 'Color' });
