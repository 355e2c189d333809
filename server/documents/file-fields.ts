/** Which fields of a DocType hold the address of a file, or a text that shows some, its rows included. Computed once per Snapshot. */
import { type Document, rowsOf } from '../kernel/document.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import type { GivenDocument } from './contract.ts';

export interface FileFields {
  own: readonly FieldPlan[];
  /** By the table field that holds the rows. */
  rows: ReadonlyMap<string, readonly FieldPlan[]>;
  /** Formatted texts. */
  texts: Omit<FileFields, 'texts'>;
}

/** Public ones need no document to be seen. */
const SHOWN_IN_TEXT = /\ssrc="(\/private\/files\/[^"?#]+)/g;
/** Of one text; a person has put no more in by hand. */
const MOST_IN_TEXT = 200;

/** The addresses of private pictures and recordings that a formatted text shows. */
export function filesShownIn(text: unknown): string[] {
  if (typeof text !== 'string' || !text.includes('/private/files/')) return [];
  const found = new Set([...text.matchAll(SHOWN_IN_TEXT)].map(([, address]) => address as string));
  return [...found].slice(0, MOST_IN_TEXT);
}

const known = new WeakMap<Snapshot, Map<DocTypePlan, FileFields>>();

export function fileFieldsOf(snapshot: Snapshot, plan: DocTypePlan): FileFields {
  const plans = known.get(snapshot) ?? new Map<DocTypePlan, FileFields>();
  known.set(snapshot, plans);
  let found = plans.get(plan);
  if (!found) {
    found = collect(snapshot, plan);
    plans.set(plan, found);
  }
  return found;
}

/** Of a text as it was sent, before it is cleaned: its addresses may be spelt in many ways. */
export function mayShowFiles(given: unknown): boolean {
  return typeof given === 'string' && /<(?:img|source|audio|video)\b/i.test(given);
}

/** Whether files have to be looked for when such a document is made. */
export function namesFiles(snapshot: Snapshot, plan: DocTypePlan, doc: Document): boolean {
  const { own, rows, texts } = fileFieldsOf(snapshot, plan);
  if (own.length > 0 || rows.size > 0) return true;
  const shows = (holder: Document, fields: readonly FieldPlan[]) =>
    fields.some(({ fieldname }) => mayShowFiles(holder[fieldname]));
  if (shows(doc, texts.own)) return true;
  return [...texts.rows].some(([table, fields]) => rowsOf(doc, table).some((row) => shows(row, fields)));
}

function collect(snapshot: Snapshot, plan: DocTypePlan): FileFields {
  return { ...fieldsOf(snapshot, plan, holdsAddress), texts: fieldsOf(snapshot, plan, isFormatted) };
}

type Wanted = (field: FieldPlan) => boolean;

/** What is copied through a Link has the rights of where it comes from. */
const holdsAddress: Wanted = (field) => field.type.file === true && field.fetch === undefined;
const isFormatted: Wanted = (field) => field.type.html === true && field.fetch === undefined;

function fieldsOf(snapshot: Snapshot, plan: DocTypePlan, isWanted: Wanted): Omit<FileFields, 'texts'> {
  const rows = plan.tables.flatMap((table): [string, FieldPlan[]][] => {
    const child = snapshot.find(table.childDocType as string);
    const fields = child?.storage === 'child' ? child.columns.filter(isWanted) : [];
    return fields.length > 0 ? [[table.fieldname, fields]] : [];
  });
  return { own: plan.columns.filter(isWanted), rows: new Map(rows) };
}

/** Whether a change names or shows a file: that goes with the document then, which writes another one. */
export function changesFiles(plan: DocTypePlan, given: GivenDocument): boolean {
  return plan.columns.some(
    ({ type, fieldname }) =>
      (type.file && Object.hasOwn(given, fieldname)) || (type.html && mayShowFiles(given[fieldname])),
  );
}
