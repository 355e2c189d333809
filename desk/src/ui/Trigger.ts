/** Gives its attributes and listeners to the one element or component in its slot, beside those that this has already. */
import { Comment, cloneVNode, Fragment, type FunctionalComponent, type VNode } from 'vue';

const Trigger: FunctionalComponent = (_, { attrs, slots }) => {
  const [first, ...rest] = contentOf(slots.default?.() ?? []);
  const trigger = first ? cloneVNode(first, attrs) : null;
  return rest.length > 0 ? [trigger, ...rest] : trigger;
};
Trigger.inheritAttrs = false;

function contentOf(nodes: readonly VNode[]): VNode[] {
  return nodes.flatMap((node) => {
    if (node.type === Comment) return [];
    return node.type === Fragment && Array.isArray(node.children) ? contentOf(node.children as VNode[]) : [node];
  });
}

export default Trigger;
