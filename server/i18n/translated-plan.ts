/**
 * A DocType in somebody's language: labels and descriptions of the DocType and its fields. Names and the values of a
 * Select stay what they are; how those are called comes beside them.
 */
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import type { Dictionary } from './dictionaries.ts';

const SHOWN = ['label', 'description', 'placeholder'] as const;

/** The plan itself where there is nothing to translate. */
export function translatedPlan(plan: DocTypePlan, dictionary: Dictionary): DocTypePlan {
  if (dictionary.isEmpty) return plan;
  const known = new Map<FieldPlan, FieldPlan>();
  const one = (field: FieldPlan): FieldPlan => {
    const made = known.get(field) ?? translatedField(plan, field, dictionary);
    known.set(field, made);
    return made;
  };
  const { description } = plan.definition;
  return {
    ...plan,
    definition: description
      ? { ...plan.definition, description: dictionary.of(description, plan.name) }
      : plan.definition,
    fields: plan.fields.map(one),
    byName: new Map([...plan.byName].map(([name, field]) => [name, one(field)])),
    columns: plan.columns.map(one),
    tables: plan.tables.map(one),
    links: plan.links.map(one),
  };
}

function translatedField(plan: DocTypePlan, field: FieldPlan, dictionary: Dictionary): FieldPlan {
  const texts = SHOWN.flatMap((key): [string, string][] => {
    const text = field.field[key];
    return typeof text === 'string' && text !== '' ? [[key, dictionary.of(text, plan.name)]] : [];
  });
  return {
    ...field,
    label: dictionary.of(field.label, plan.name),
    field: { ...field.field, ...Object.fromEntries(texts) },
  };
}

/** What the values of a field with a fixed choice are called, those that are called otherwise; undefined: none. */
export function optionLabels(
  plan: DocTypePlan,
  field: FieldPlan,
  dictionary: Dictionary,
): Record<string, string> | undefined {
  const choices = dictionary.isEmpty ? undefined : field.type.jsonSchema(field.field).enum;
  if (!Array.isArray(choices)) return undefined;
  const called = choices.flatMap((value: unknown): [string, string][] => {
    if (typeof value !== 'string' || value === '') return [];
    const label = dictionary.of(value, plan.name);
    return label === value ? [] : [[value, label]];
  });
  return called.length === 0 ? undefined : Object.fromEntries(called);
}
