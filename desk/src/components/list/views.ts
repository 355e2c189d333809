/** The ways to look at a list. Other parts of the desk, and apps, add theirs with `registerView`. */
import { CalendarDays, ChartGantt, Images, ListTree, MapPin, SquareKanban, Table2 } from '@lucide/vue';
import { type Component, defineAsyncComponent } from 'vue';
import type { DocTypeMeta } from '../../meta/types.ts';
import { hasView } from '../../meta/view-fields.ts';
import { kanbanFields } from './kanban/kanban-fields.ts';
import TableView from './TableView.vue';

export interface ListViewEntry {
  label: string;
  icon: Component;
  available(meta: DocTypeMeta): boolean;
  /** Shows all there is, whatever is searched and filtered for. */
  isWhole?: boolean;
  /** Gets `page`, a ListPage; may offer `move(by)` for the keys of the page. */
  component: Component;
}

export const TABLE = 'list';

const views = new Map<string, ListViewEntry>([
  [TABLE, { label: 'List', icon: Table2, available: () => true, component: TableView }],
  [
    'kanban',
    {
      label: 'Kanban',
      icon: SquareKanban,
      available: (meta) => kanbanFields(meta).length > 0,
      component: defineAsyncComponent(() => import('./kanban/KanbanView.vue')),
    },
  ],
  [
    'tree',
    {
      label: 'Tree',
      icon: ListTree,
      isWhole: true,
      available: (meta) => meta.is_tree && meta.tree_parent_field !== '',
      component: defineAsyncComponent(() => import('./tree/TreeView.vue')),
    },
  ],
  [
    'calendar',
    {
      label: 'Calendar',
      icon: CalendarDays,
      available: (meta) => hasView(meta, 'calendar'),
      component: defineAsyncComponent(() => import('./calendar/CalendarView.vue')),
    },
  ],
  [
    'gantt',
    {
      label: 'Gantt',
      icon: ChartGantt,
      available: (meta) => hasView(meta, 'gantt'),
      component: defineAsyncComponent(() => import('./gantt/GanttView.vue')),
    },
  ],
  [
    'gallery',
    {
      label: 'Gallery',
      icon: Images,
      available: (meta) => hasView(meta, 'gallery'),
      component: defineAsyncComponent(() => import('./gallery/GalleryView.vue')),
    },
  ],
  [
    'map',
    {
      label: 'Map',
      icon: MapPin,
      available: (meta) => hasView(meta, 'map'),
      component: defineAsyncComponent(() => import('./map/MapView.vue')),
    },
  ],
]);

export function registerView(name: string, entry: ListViewEntry): void {
  views.set(name, entry);
}

export function viewsOf(meta: DocTypeMeta): [name: string, entry: ListViewEntry][] {
  return [...views].filter(([, entry]) => entry.available(meta));
}
