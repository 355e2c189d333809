/** Geolocation: GeoJSON, kept as its text. */
import { isObject } from '../kernel/json.ts';
import { accept, isBlank, refuse, shown } from './families/answer.ts';
import { checkJson, parseJson } from './families/json-value.ts';
import { longTextType } from './families/text.ts';

export const geolocation = longTextType({
  name: 'Geolocation',
  coerce: (value) => {
    if (isBlank(value)) return accept(null);
    const coerced = typeof value === 'string' ? parseJson(value) : checkJson(value);
    if ('problem' in coerced) return coerced;
    if (!isObject(coerced.value)) return refuse('invalid_json', `Expected a GeoJSON object, got ${shown(value)}.`);
    return accept(typeof value === 'string' ? value : JSON.stringify(value));
  },
});
