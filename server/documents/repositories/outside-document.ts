/**
 * A record of some other store as a document: values in the form of their fields, the standard keys
 * filled sensibly where the record has none. Reads leniently; what does not fit its field is empty.
 */
import { createHash } from 'node:crypto';
import { v5 } from 'uuid';
import { parseInstant } from '../../fieldtypes/families/calendar.ts';
import { ADMINISTRATOR } from '../../kernel/actor.ts';
import { type Document, isEmpty, newDocument, rowsOf, type Value } from '../../kernel/document.ts';
import { isObject } from '../../kernel/json.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../../schema/plan.ts';
import { emptyValue } from '../values.ts';
import { exactText, isExact } from './exact-numbers.ts';
import { standIn } from './stand-in.ts';

export interface OutsideRecord {
  name: string;
  /** The record's value under a fieldname; undefined when it has none. */
  read(fieldname: string): unknown;
  /** When the store was changed, for records that do not say it themselves. */
  changed: string | null;
}

interface Reading {
  snapshot: Snapshot;
  now: number;
}

const NAMESPACE = '6f1c2f0e-3f0b-5c56-9a55-0d6f7b0c8e11';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id of a record that has none: the same for the same DocType and name, always. */
export function stableId(doctype: string, name: string): string {
  const text = `${doctype}\n${name}`;
  return v5(text.length > 1000 ? createHash('sha256').update(text).digest('hex') : text, NAMESPACE);
}

/** Secrets as they are kept: for writing. Show the document only through `masked`. */
export function toOutsideDocument(reading: Reading, plan: DocTypePlan, record: OutsideRecord): Document {
  const stand = standIn(plan);
  const document = newDocument();
  for (const field of stand.columns) {
    document[field.fieldname] = field.isStandard
      ? standardValue({ reading, plan, record, field })
      : fieldValue(reading, field, record.read(field.fieldname));
  }
  for (const table of stand.tables) {
    document[table.fieldname] = rowsFrom({ reading, plan, record, table });
  }
  return document;
}

/** A copy to show: secrets are stars, and changing it changes nothing that is kept. */
export function masked(snapshot: Snapshot, plan: DocTypePlan, document: Document): Document {
  const shown = newDocument(Object.entries(document));
  const stand = standIn(plan);
  for (const field of stand.columns) {
    if (field.type.secret && !isEmpty(shown[field.fieldname])) shown[field.fieldname] = '********';
  }
  for (const table of stand.tables) {
    const child = snapshot.find(table.childDocType as string);
    if (child) shown[table.fieldname] = rowsOf(document, table.fieldname).map((row) => masked(snapshot, child, row));
  }
  return shown;
}

function fieldValue(reading: Reading, field: FieldPlan, given: unknown): Value {
  const value = plainValue(given);
  if (value === null || value === '') return emptyValue(field, value);
  // Text is shown as it is kept, so that a filter in the other store and one in memory agree.
  if (field.sql?.type === 'text')
    return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
  const isTimedDay = field.sql?.type === 'date' && typeof value === 'string' && parseInstant(value) !== undefined;
  const coerced = field.type.coerce(isTimedDay ? value.slice(0, 10) : value, field.field, { now: reading.now });
  return 'value' in coerced ? coerced.value : emptyValue(field);
}

/** What drivers and JSON give, without what only JavaScript knows: dates as text, big numbers as text. */
function plainValue(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isExact(value)) return exactText(value);
  return typeof value === 'function' || typeof value === 'symbol' ? null : (value as Value);
}

function standardValue(q: { reading: Reading; plan: DocTypePlan; record: OutsideRecord; field: FieldPlan }): Value {
  const { record, field } = q;
  const { fieldname } = field;
  if (fieldname === 'name') return record.name;
  const given = plainValue(record.read(fieldname));
  if (fieldname === 'id')
    return typeof given === 'string' && UUID.test(given) ? given.toLowerCase() : stableId(q.plan.name, record.name);
  const coerced = given === null ? undefined : field.type.coerce(given, field.field, { now: q.reading.now });
  if (coerced && 'value' in coerced && !isEmpty(coerced.value)) return coerced.value;
  switch (fieldname) {
    case 'owner':
    case 'modified_by':
      return ADMINISTRATOR;
    case 'creation':
    case 'modified':
      return record.changed;
    case '_version':
      return 1;
    default:
      return 0;
  }
}

function rowsFrom(q: { reading: Reading; plan: DocTypePlan; record: OutsideRecord; table: FieldPlan }): Document[] {
  const { reading, plan, record, table } = q;
  const child = reading.snapshot.find(table.childDocType as string);
  const given = record.read(table.fieldname);
  if (!child || !Array.isArray(given)) return [];
  return given.filter(isObject).map((row, index) => {
    const position = `${table.fieldname}-${index + 1}`;
    const name = typeof row.name === 'string' && row.name !== '' ? row.name : position;
    const read = (fieldname: string): unknown => (Object.hasOwn(row, fieldname) ? row[fieldname] : undefined);
    const document = toOutsideDocument(reading, child, { name, read, changed: record.changed });
    document.id = stableId(child.name, `${plan.name}\n${record.name}\n${name}`);
    document.idx = index + 1;
    document.parent = record.name;
    document.parenttype = plan.name;
    document.parentfield = table.fieldname;
    return document;
  });
}
