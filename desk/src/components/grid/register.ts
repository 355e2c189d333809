/** Child tables draw other widgets, so they are no widget of the room below: they join the registry here, and come with the first form that has one. */
import { deferred } from '../../widgets/deferred.ts';
import { registerWidget } from '../../widgets/registry.ts';

const ChildGrid = deferred(() => import('./ChildGrid.vue'));

export function registerGrids(): void {
  registerWidget('table', { input: ChildGrid, read: ChildGrid, wide: true });
}
