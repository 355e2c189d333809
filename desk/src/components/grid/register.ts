/** Child tables draw other widgets, so they are no widget of the room below: they join the registry here. */
import { registerWidget } from '../../widgets/registry.ts';
import ChildGrid from './ChildGrid.vue';

export function registerGrids(): void {
  for (const name of ['table', 'table-multiselect'])
    registerWidget(name, { input: ChildGrid, read: ChildGrid, wide: true });
}
