/** A condition as a sentence, for chips and for the list that found nothing. */
import { __ } from '../../composables/useI18n.ts';
import { askTitles, linkTitle } from '../../composables/useLinkTitles.ts';
import { activityField } from '../../meta/activity-fields.ts';
import { type Condition, type FilterGroup, type FilterTree, isGroup } from '../../meta/filters.ts';
import type { DocTypeMeta, FieldMeta } from '../../meta/types.ts';
import { formatValue } from '../../meta/values.ts';

export function filterText(item: Condition | FilterGroup, meta: DocTypeMeta, locale?: string): string {
  if (isGroup(item)) {
    const word = item.joint === 'or' ? __('or') : __('and');
    return item.items.map((each) => filterText(each, meta, locale)).join(` ${word} `);
  }
  const field = fieldOf(item, meta);
  const label = __(field?.label ?? item.path);
  const value = valueText(item, field, locale);
  if (item.operator === '=') return `${label}: ${value}`;
  if (item.operator === 'like') return __('{0} contains {1}', label, value);
  if (item.operator === 'in') return `${label}: ${value}`;
  if (item.operator === 'timespan') return `${label}: ${__(value)}`;
  return `${label} ${__(item.operator)} ${value}`;
}

/** Documents that are named in it are called by their titles once those are there. */
export function askFilterTitles(tree: FilterTree, meta: DocTypeMeta): void {
  for (const condition of tree.items.flatMap((item) => (isGroup(item) ? item.items : [item]))) {
    const field = fieldOf(condition, meta);
    const isOfNames = ['=', '!=', 'in', 'not in'].includes(condition.operator);
    if (field?.widget === 'link' && field.options && isOfNames)
      askTitles(field.options, [condition.value].flat().map(String).filter(Boolean));
  }
}

function fieldOf({ path }: Condition, meta: DocTypeMeta): FieldMeta | undefined {
  return meta.fields.find(({ fieldname }) => fieldname === path) ?? activityField(path);
}

function valueText({ value, operator }: Condition, field: FieldMeta | undefined, locale?: string): string {
  const values = Array.isArray(value) ? value : [value];
  const texts = values.map((each) => one(each, operator, field, locale));
  return texts.join(operator === 'between' ? ' – ' : ', ');
}

function one(value: unknown, operator: string, field: FieldMeta | undefined, locale?: string): string {
  if (operator === 'is' || operator === 'timespan' || !field) return __(String(value));
  if (operator.endsWith('like')) return `“${String(value).replaceAll('%', '')}”`;
  if (field.widget === 'link') return linkTitle(field.options ?? '', String(value));
  if (field.widget === 'check') return Number(value) === 1 ? __('Yes') : __('No');
  return __(formatValue(value, field, { locale }));
}
