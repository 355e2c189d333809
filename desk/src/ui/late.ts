/** Parts that come with their first use: fetched once for all who use them, drawn at once when they are there already. */
import { type Component, type ShallowRef, shallowRef } from 'vue';

export interface Late {
  readonly component: Readonly<ShallowRef<Component | undefined>>;
  /** Fetches it unless it is there. What failed is tried anew with the next wish. */
  bring(): Promise<void>;
}

export function late(load: () => Promise<{ default: Component }>): Late {
  const component = shallowRef<Component>();
  let underWay: Promise<void> | undefined;
  return {
    component,
    bring: () => {
      underWay ??= load()
        .then((part) => {
          component.value = part.default;
        })
        .catch((error: unknown) => {
          underWay = undefined;
          throw error;
        });
      return underWay;
    },
  };
}

let tell = (): void => undefined;

/** What to do when something was asked for and could not be fetched. */
export function onLostPart(listener: () => void): void {
  tell = listener;
}

export function tellOfLostPart(): void {
  tell();
}

export const menuContent = late(() => import('./MenuContent.vue'));
export const popoverContent = late(() => import('./PopoverContent.vue'));
