/** A DocType's form as tabs, sections and columns of fields, and what is left of it when fields are hidden. */
import { LAYOUT } from './titles.ts';
import type { DocTypeMeta, FieldMeta, LayoutSection } from './types.ts';
import { type FieldState, holds, isFolded, type Scene } from './visible.ts';

export { LAYOUT, titleOf } from './titles.ts';

export interface FormTab {
  /** Stands in the address; of the first tab without a field of its own, `details`. */
  key: string;
  label: string;
  field: FieldMeta | undefined;
  sections: FormSection[];
}

export interface FormSection {
  key: string;
  label: string;
  description: string;
  isCollapsible: boolean;
  field: FieldMeta | undefined;
  columns: FieldMeta[][];
}

export const FIRST_TAB = 'details';

/** The whole form, hidden or not. A DocType without an arrangement has one column. */
export function formOf(meta: DocTypeMeta): FormTab[] {
  const byName = new Map(meta.fields.map((field) => [field.fieldname, field]));
  return meta.layout.map((tab, index) => ({
    key: tab.fieldname || (index === 0 ? FIRST_TAB : `tab-${index + 1}`),
    label: tab.label || (index === 0 ? 'Details' : tab.fieldname),
    field: byName.get(tab.fieldname),
    sections: tab.sections.map((section, at) => sectionOf(section, `${tab.fieldname}-${at}`, byName)),
  }));
}

/** Without what is hidden, and without the parts that hold nothing then. */
export function shownForm(form: readonly FormTab[], states: ReadonlyMap<string, FieldState>, scene: Scene): FormTab[] {
  const isShown = (part: { field: FieldMeta | undefined }): boolean =>
    part.field === undefined || (states.get(part.field.fieldname)?.status ?? 'none') !== 'none';
  return form
    .filter(isShown)
    .map((tab) => ({ ...tab, sections: tab.sections.filter(isShown).flatMap((part) => shownSection(part, states)) }))
    .filter((tab) => tab.sections.length > 0 && holds(tab.field?.depends_on, scene, true));
}

/** The tab that a field stands in, for errors and for jumping to it. */
export function tabOf(form: readonly FormTab[], fieldname: string): FormTab | undefined {
  return form.find((tab) => tab.sections.some((section) => fieldsOf(section).some((f) => f.fieldname === fieldname)));
}

export function fieldsOf(section: FormSection): FieldMeta[] {
  return section.columns.flat();
}

/** Whether a section begins folded. */
export function startsFolded(section: FormSection, scene: Scene): boolean {
  return section.isCollapsible && isFolded(section.field, scene, true);
}

/** The columns of a child table: those that the DocType wants in lists, or its first writable ones. */
export function gridFields(meta: DocTypeMeta, most = 6): FieldMeta[] {
  const own = meta.fields.filter((field) => !field.is_standard && !LAYOUT.has(field.widget) && field.hidden !== 1);
  const listed = own.filter((field) => meta.list_fields.includes(field.fieldname));
  return (listed.length > 0 ? listed : own).slice(0, most);
}

function sectionOf(section: LayoutSection, key: string, byName: ReadonlyMap<string, FieldMeta>): FormSection {
  const field = byName.get(section.fieldname);
  return {
    key: section.fieldname || key,
    label: section.label,
    description: typeof field?.description === 'string' ? field.description : '',
    isCollapsible: section.collapsible,
    field,
    columns: section.columns
      .map((names) => names.flatMap((name) => byName.get(name) ?? []))
      .filter((fields) => fields.length > 0),
  };
}

function shownSection(section: FormSection, states: ReadonlyMap<string, FieldState>): FormSection[] {
  const columns = section.columns
    .map((fields) => fields.filter((field) => states.get(field.fieldname)?.status !== 'none'))
    .filter((fields) => fields.length > 0);
  return columns.length === 0 ? [] : [{ ...section, columns }];
}
