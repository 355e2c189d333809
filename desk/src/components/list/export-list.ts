/** Exports the list as it stands, or the rows that are chosen, and says how it ended. */
import { __, __n } from '../../composables/useI18n.ts';
import type { ListPage } from '../../composables/useListPage.ts';
import { toast } from '../../ui/toast.ts';

export async function exportList(page: ListPage, format: 'csv' | 'json', names?: ReadonlySet<string>): Promise<void> {
  const { exporter, list } = page;
  if (exporter.isRunning.value) return;
  const name = page.meta.value?.fields.filter(({ fieldname }) => fieldname === 'name') ?? [];
  const ask = { filters: page.wire.value, q: page.route.q.value || undefined, order_by: page.order.value };
  const rows = names && names.size > 0 ? list.items.value.filter((doc) => names.has(doc.name ?? '')) : undefined;
  try {
    const columns = [...new Set([...name, ...page.columns.value])];
    const count = await exporter.run({ doctype: page.doctype.value, format, columns, list: ask, rows });
    toast(count === undefined ? __('Export stopped') : __('{0} exported', __n(count, '{0} document', '{0} documents')));
  } catch (error) {
    toast((error as Error).message, { tone: 'error' });
  }
}
