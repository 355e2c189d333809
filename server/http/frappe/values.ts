/**
 * Values as Frappe writes them: Check 0/1, Datetime without T and Z, Time without the leading zero, JSON as
 * its text. By the type of the column, so that no field type is named; children and nested documents too.
 * What comes back is read by the field types, which know both spellings.
 */
import { isObject } from '../../kernel/json.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../../schema/plan.ts';

/** Keys that hold null: left out of a document of v1, kept everywhere else. */
export type Nulls = 'kept' | 'omitted';

export type Convert = (value: unknown) => unknown;

export type FrappeDocument = Record<string, unknown>;

/** A document that was just parsed, in Frappe's spelling. */
export function toFrappeDocument(q: {
  snapshot: Snapshot;
  plan: DocTypePlan;
  document: FrappeDocument;
  nulls: Nulls;
}): FrappeDocument {
  const conversions = conversionsOf(q.plan);
  const shown: [string, unknown][] = [];
  for (const [key, value] of Object.entries(q.document)) {
    if (value === null || value === undefined) {
      if (q.nulls === 'kept') shown.push([key, null]);
      continue;
    }
    const field = typeof value === 'object' ? q.plan.byName.get(key) : undefined;
    const convert = field ? nestedConversion({ ...q, field }) : conversions.get(key);
    shown.push([key, convert ? convert(value) : value]);
  }
  return Object.fromEntries(shown);
}

/** How a field's value is written; undefined: as it is. */
export function conversionOf(field: FieldPlan): Convert | undefined {
  switch ((field.sql ?? field.type.column)?.type) {
    case 'boolean':
      return checkToNumber;
    case 'timestamptz':
      return datetimeText;
    case 'time':
      return timeText;
    case 'jsonb':
      return jsonText;
    default:
      return undefined;
  }
}

/** Rows of a child table, or the document that stands in the place of a Link. */
export function nestedConversion(q: { snapshot: Snapshot; field: FieldPlan; nulls: Nulls }): Convert | undefined {
  const { snapshot, field, nulls } = q;
  const target = field.childDocType ?? (field.link && 'doctype' in field.link ? field.link.doctype : undefined);
  const plan = target === undefined ? undefined : snapshot.find(target);
  if (!plan) return conversionOf(field);
  const one: Convert = (value) =>
    isObject(value) ? toFrappeDocument({ snapshot, plan, document: value, nulls }) : value;
  return (value) => (Array.isArray(value) ? value.map(one) : one(value));
}

const known = new WeakMap<DocTypePlan, ReadonlyMap<string, Convert>>();

/** Of a plan's own fields, those that are written in another way: found once per plan. */
function conversionsOf(plan: DocTypePlan): ReadonlyMap<string, Convert> {
  let conversions = known.get(plan);
  if (!conversions) {
    conversions = new Map(
      plan.fields.flatMap((field) => {
        const convert = conversionOf(field);
        return convert ? [[field.fieldname, convert] as const] : [];
      }),
    );
    known.set(plan, conversions);
  }
  return conversions;
}

function checkToNumber(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** `2026-01-02T03:04:05.678000Z` is `2026-01-02 03:04:05.678000`. */
function datetimeText(value: unknown): unknown {
  return typeof value === 'string' ? value.replace('T', ' ').replace('Z', '') : value;
}

/** `09:05:00.5` is `9:05:00.500000`. */
function timeText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [clock = '', fraction] = value.replace(/^0(?=\d:)/, '').split('.');
  return fraction === undefined ? clock : `${clock}.${fraction.padEnd(6, '0')}`;
}

function jsonText(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
