/** Barcode: the coded text, or the SVG that Frappe's form draws of it. */
import { longTextType } from './families/text.ts';

export const barcode = longTextType({ name: 'Barcode' });
