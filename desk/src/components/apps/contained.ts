/**
 * Puts a component of an app behind a wall: when it fails, a sentence that names the app stands in its place, and the
 * rest of the page goes on.
 */
import { type Component, defineComponent, h, shallowRef } from 'vue';
import { __ } from '../../composables/useI18n.ts';
import ErrorBoundary from '../ErrorBoundary.vue';

/** What list views may offer to the keys of the page. */
interface Inner {
  move?(by: 1 | -1): unknown;
  editHere?(): unknown;
}

/** `what`: which part of the app it is, as `the panel "Sales"`. */
export function contained(app: string, what: string, component: Component): Component {
  return defineComponent({
    name: 'ContainedApp',
    inheritAttrs: false,
    setup(_, { attrs, slots, expose }) {
      const inner = shallowRef<Inner>();
      expose({
        // False: the key is the browser's.
        move: (by: 1 | -1) => inner.value?.move?.(by) ?? false,
        editHere: () => inner.value?.editHere?.() ?? false,
      });
      return () =>
        h(
          ErrorBoundary,
          { label: __('The app {0} could not show {1}. The rest of the page is not affected.', app, what) },
          { default: () => h(component, { ...attrs, ref: inner }, slots) },
        );
    },
  });
}
