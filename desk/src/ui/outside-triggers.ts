/** Tells the kit of a trigger that stands outside of what it draws: it gets the focus back, and is no click elsewhere. */
import { injectDropdownMenuRootContext, injectPopoverRootContext } from 'reka-ui';
import { defineComponent, type Ref, watch } from 'vue';

interface Root {
  triggerElement: Ref<HTMLElement | undefined>;
  triggerId: string;
  contentId: string;
}

function outsideTrigger(rootOf: () => Root) {
  return defineComponent(
    (props: { element: HTMLElement | undefined; triggerId: string; contentId: string }) => {
      const root = rootOf();
      root.triggerId = props.triggerId;
      root.contentId = props.contentId;
      watch(
        () => props.element,
        (element) => {
          root.triggerElement.value = element;
        },
        { immediate: true },
      );
      return () => null;
    },
    { props: ['element', 'triggerId', 'contentId'] },
  );
}

export const MenuTrigger = outsideTrigger(() => injectDropdownMenuRootContext());
export const PopoverTrigger = outsideTrigger(() => injectPopoverRootContext());
