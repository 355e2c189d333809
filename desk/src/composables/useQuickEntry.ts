/** Documents made beside what is being worked on: whoever wants one asks here, a host in the page shows the dialog. */
import { shallowRef } from 'vue';

export interface QuickEntryWish {
  id: number;
  doctype: string;
  given: Readonly<Record<string, unknown>>;
  /** What was typed where the document was missing: it becomes its title. */
  text: string;
  /** The page has nothing to lose: the full form may take its place. */
  mayLeave: boolean;
  answer(name: string | undefined): void;
}

export interface QuickEntryOptions {
  given?: QuickEntryWish['given'];
  mayLeave?: boolean;
}

/** The last one is on top: a dialog may ask for another. */
const wishes = shallowRef<readonly QuickEntryWish[]>([]);
let last = 0;

export function useQuickEntry() {
  /** The name of the new document; undefined when it was not made. */
  function ask(
    doctype: string,
    text = '',
    { given = {}, mayLeave = false }: QuickEntryOptions = {},
  ): Promise<string | undefined> {
    return new Promise((resolve) => {
      last += 1;
      const id = last;
      const answer = (name: string | undefined): void => {
        wishes.value = wishes.value.filter((wish) => wish.id !== id);
        resolve(name);
      };
      wishes.value = [...wishes.value, { id, doctype, given, text, mayLeave, answer }];
    });
  }
  return { wishes, ask };
}
