/** What can be done on the page one is on: each page tells it here, the command palette offers it. */
import { type Component, computed, type MaybeRefOrGetter, onScopeDispose, shallowReactive, toValue } from 'vue';

export interface Command {
  label: string;
  icon?: Component;
  /** As `Control+S`. */
  keys?: string;
  run(): unknown;
}

const given = shallowReactive(new Set<MaybeRefOrGetter<readonly Command[]>>());
const commands = computed(() => [...given].flatMap((each) => toValue(each)));

/** They are offered as long as the page is there. */
export function useCommands(own: MaybeRefOrGetter<readonly Command[]>): void {
  given.add(own);
  onScopeDispose(() => given.delete(own));
}

/** Those of the present page. */
export function usePageCommands() {
  return commands;
}
