/** The form of a DocType as tabs, sections and columns of fieldnames, from the fields that arrange it. */
import { isSet } from '../kernel/doctype.ts';
import type { FieldPlan } from '../schema/plan.ts';

export interface Tab {
  fieldname: string;
  label: string;
  sections: Section[];
}

export interface Section {
  fieldname: string;
  label: string;
  /** Folded away at first. */
  collapsible: boolean;
  columns: string[][];
}

/** Widgets of the fields that begin a part of a form. */
const TAB = 'tab-break';
const SECTION = 'section-break';
const COLUMN = 'column-break';
const FOLD = 'fold';

/** Fields in presentation order in; parts without a field of their own have an empty fieldname. */
export function layoutOf(fields: readonly FieldPlan[]): Tab[] {
  const tabs: Tab[] = [];
  const tab = (fieldname: string, label: string): Tab => {
    const begun = { fieldname, label, sections: [] };
    tabs.push(begun);
    return begun;
  };
  const section = (field?: FieldPlan): Section => {
    const begun: Section = {
      fieldname: field?.fieldname ?? '',
      label: field?.field.label ?? '',
      collapsible: isFolded(field),
      columns: [[]],
    };
    (tabs.at(-1) ?? tab('', '')).sections.push(begun);
    return begun;
  };
  for (const field of fields) {
    if (field.isStandard) continue;
    const { widget } = field.type;
    if (widget === TAB) tab(field.fieldname, field.label);
    else if (widget === SECTION || widget === FOLD) section(field);
    else {
      const current = tabs.at(-1)?.sections.at(-1) ?? section();
      if (widget === COLUMN) current.columns.push([]);
      else current.columns.at(-1)?.push(field.fieldname);
    }
  }
  return tabs;
}

function isFolded(field: FieldPlan | undefined): boolean {
  return field !== undefined && (field.type.widget === FOLD || isSet(field.field.collapsible));
}
