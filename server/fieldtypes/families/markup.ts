/** Whether text that may be HTML says anything: editors send `<p><br></p>` for an empty field. */
import { isBlank } from './answer.ts';

// Neither pattern can cross the next "<", so both are linear on any text.
const TAG = /<\/?[a-z][a-z0-9-]*(?:[\s/][^<>]*)?>/gi;
const PICTURE = /<(?:img|video|audio)[\s/>]/i;
const BLANK_ENTITY = /&(?:nbsp|#160|#xa0);/gi;

export function isMarkupMissing(value: unknown): boolean {
  if (typeof value !== 'string') return isBlank(value);
  if (!value.includes('<') && !value.includes('&')) return isBlank(value);
  if (PICTURE.test(value)) return false;
  return isBlank(value.replace(TAG, '').replace(BLANK_ENTITY, ' '));
}
