/**
 * The field types by name. Apps add theirs: `createRegistry([...builtinFieldTypes, mine])`.
 * Nobody outside this room asks for a type's name; they ask the type.
 */
import { attach } from './attach.ts';
import { attachImage } from './attach-image.ts';
import { autocomplete } from './autocomplete.ts';
import { barcode } from './barcode.ts';
import { button } from './button.ts';
import { check } from './check.ts';
import { code } from './code.ts';
import { color } from './color.ts';
import { columnBreak } from './column-break.ts';
import type { FieldType } from './contract.ts';
import { currency } from './currency.ts';
import { data } from './data.ts';
import { date } from './date.ts';
import { datetime } from './datetime.ts';
import { duration } from './duration.ts';
import { dynamicLink } from './dynamic-link.ts';
import { float } from './float.ts';
import { fold } from './fold.ts';
import { geolocation } from './geolocation.ts';
import { heading } from './heading.ts';
import { html } from './html.ts';
import { htmlEditor } from './html-editor.ts';
import { icon } from './icon.ts';
import { image } from './image.ts';
import { int } from './int.ts';
import { json } from './json.ts';
import { link } from './link.ts';
import { longInt } from './long-int.ts';
import { longText } from './long-text.ts';
import { markdownEditor } from './markdown-editor.ts';
import { password } from './password.ts';
import { percent } from './percent.ts';
import { phone } from './phone.ts';
import { rating } from './rating.ts';
import { readOnly } from './read-only.ts';
import { sectionBreak } from './section-break.ts';
import { select } from './select.ts';
import { signature } from './signature.ts';
import { smallText } from './small-text.ts';
import { tabBreak } from './tab-break.ts';
import { table } from './table.ts';
import { tableMultiSelect } from './table-multiselect.ts';
import { text } from './text.ts';
import { textEditor } from './text-editor.ts';
import { time } from './time.ts';

export interface Registry {
  /** The type of exactly that name. */
  find(name: string): FieldType | undefined;
  /** In the order of registration. */
  names: readonly string[];
}

/** In the order in which a person choosing a type would look for them. */
export const builtinFieldTypes: readonly FieldType[] = [
  ...[data, smallText, text, longText, textEditor, markdownEditor, htmlEditor, code, json],
  ...[int, longInt, float, currency, percent, check, rating],
  ...[date, datetime, time, duration],
  ...[link, dynamicLink, select, autocomplete, table, tableMultiSelect],
  ...[attach, attachImage, image, signature, barcode, color, icon, geolocation, phone, password, readOnly],
  ...[sectionBreak, columnBreak, tabBreak, heading, html, button, fold],
];

/** Throws when two types have one name: which of them was meant, nobody could say. */
export function createRegistry(types: readonly FieldType[]): Registry {
  const byName = new Map<string, FieldType>();
  for (const type of types) {
    if (byName.has(type.name)) throw new Error(`two field types are called ${type.name}: rename one of them`);
    byName.set(type.name, type);
  }
  return { find: (name) => byName.get(name), names: [...byName.keys()] };
}
