/** Named places in lists and forms where apps put something of theirs. */
import { type Component, shallowReactive } from 'vue';
import type { ListPage } from '../../composables/useListPage.ts';
import type { Doc, DocTypeMeta } from '../../meta/types.ts';

/** What is in a form gets. */
export interface FormScene {
  meta: DocTypeMeta;
  /** As it stands in the form, saved or not. */
  doc: Doc;
  isNew: boolean;
}

/** What is in a list gets. */
export interface ListScene {
  meta: DocTypeMeta;
  page: ListPage;
}

export interface SlotScenes {
  /** Over the fields. */
  'form-before': FormScene;
  /** Under the fields. */
  'form-after': FormScene;
  /** Beside the buttons of the form. */
  'form-header': FormScene;
  /** Among the buttons of the list. */
  'list-toolbar': ListScene;
  /** Between the toolbar and the rows. */
  'list-before': ListScene;
}

export type SlotName = keyof SlotScenes;

export interface SlotEntry<Name extends SlotName = SlotName> {
  /** Of the app's own; a later one with it takes the place. */
  key: string;
  component: Component;
  /** Only there; absent: everywhere. */
  doctype?: string;
  /** Lower ones stand first. */
  order?: number;
  isShown?(scene: SlotScenes[Name]): boolean;
}

const places = shallowReactive(new Map<SlotName, readonly SlotEntry[]>());

export function registerSlot<Name extends SlotName>(name: Name, entry: SlotEntry<Name>): void {
  const others = (places.get(name) ?? []).filter(({ key }) => key !== entry.key);
  const all = [...others, entry as SlotEntry];
  places.set(
    name,
    all.sort((a, b) => (a.order ?? 0) - (b.order ?? 0)),
  );
}

export function entriesOf<Name extends SlotName>(name: Name, scene: SlotScenes[Name]): readonly SlotEntry[] {
  return (places.get(name) ?? []).filter(
    ({ doctype, isShown }) => (doctype === undefined || doctype === scene.meta.name) && holds(isShown, scene),
  );
}

/** A question of an app that fails is answered with no. */
function holds(isShown: SlotEntry['isShown'], scene: FormScene | ListScene): boolean {
  try {
    return (isShown as ((scene: FormScene | ListScene) => boolean) | undefined)?.(scene) ?? true;
  } catch (error) {
    console.error(error);
    return false;
  }
}
