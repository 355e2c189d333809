/** Titles of the documents that rows link to, asked for once for many rows and kept while the desk is open. */
import { shallowReactive, watch } from 'vue';
import { listDocuments } from '../api/documents.ts';
import { getDocType } from '../api/meta.ts';
import { linkTitleField } from '../meta/links.ts';
import type { Doc, FieldMeta } from '../meta/types.ts';
import { useDefinitions } from './useDocType.ts';

const titles = shallowReactive(new Map<string, string>());
/** Of those that the page knows, once there is one. */
let definitionOf = getDocType;
const asked = new Set<string>();
/** Names that an address has room for. */
const AT_ONCE = 60;

/** The title, or the name while it is not known. */
export function linkTitle(doctype: string, name: string): string {
  return titles.get(`${doctype}\n${name}`) ?? name;
}

export function useLinkTitles(rows: () => readonly Doc[], columns: () => readonly FieldMeta[]): void {
  definitionOf = useDefinitions();
  let seen = 0;
  watch(
    [rows, columns],
    ([list, fields], [, before]) => {
      // Pages are added at the end: what stood there already has been asked for.
      const from = fields === before && list.length > seen ? seen : 0;
      seen = list.length;
      const fresh = from > 0 ? list.slice(from) : list;
      for (const field of fields)
        if (field.widget === 'link' && field.options) ask(field.options, namesIn(fresh, field));
    },
    { immediate: true },
  );
}

/** For names from elsewhere, as the values of a filter. */
export function askTitles(doctype: string, names: readonly string[]): void {
  ask(doctype, new Set(names));
}

function namesIn(rows: readonly Doc[], { fieldname }: FieldMeta): Set<string> {
  const names = rows
    .map((row) => row[fieldname])
    .filter((name): name is string => typeof name === 'string' && name !== '');
  return new Set(names);
}

function ask(doctype: string, names: ReadonlySet<string>): void {
  const fresh = [...names].filter((name) => !asked.has(`${doctype}\n${name}`));
  if (fresh.length === 0) return;
  for (const name of fresh) asked.add(`${doctype}\n${name}`);
  for (let at = 0; at < fresh.length; at += AT_ONCE) void fetchTitles(doctype, fresh.slice(at, at + AT_ONCE));
}

/** A title that cannot be had is no error: its name is shown. */
async function fetchTitles(doctype: string, names: readonly string[]): Promise<void> {
  const field = await titleFieldOf(doctype);
  if (field === 'name') return;
  try {
    const page = await listDocuments(doctype, {
      fields: ['name', field],
      filters: [['name', 'in', names]],
      limit: names.length,
      count: 'none',
      as: 'select',
      include_disabled: 1,
    });
    for (const row of page.items) {
      const title = row[field];
      if (typeof title === 'string' && title !== '') titles.set(`${doctype}\n${row.name}`, title);
    }
  } catch {
    for (const name of names) asked.delete(`${doctype}\n${name}`);
  }
}

/** What stands for a document of a DocType; "name" where it is the name, or the DocType cannot be seen. */
function titleFieldOf(doctype: string): Promise<string> {
  return definitionOf(doctype).then(linkTitleField, () => 'name');
}
