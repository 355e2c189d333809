/** What the shell offers to the pages inside it. */
import type { InjectionKey } from 'vue';

/** Opens the drawer with the navigation, where there is no room beside the page. */
export const OPEN_NAV: InjectionKey<() => void> = Symbol('open-nav');
