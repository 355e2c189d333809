/** The keys that work on every page: the palette, the sheet of shortcuts, g and where to. */
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useDocTypes } from '../../composables/useDocType.ts';
import { useKeySheet } from '../../composables/useKeyHelp.ts';
import { useKeys } from '../../composables/useKeys.ts';
import { usePalette } from '../../composables/usePalette.ts';
import { usePlaces } from '../../composables/usePlaces.ts';
import { useRecent } from '../../composables/useRecent.ts';
import { useSequence } from '../../composables/useSequence.ts';

const SCHEMA = 'DocType';

export function useShellKeys(): void {
  const route = useRoute();
  const router = useRouter();
  const palette = usePalette();
  const sheet = useKeySheet();
  const { items, slugs } = useDocTypes();
  const { items: recent } = useRecent();
  const { toDocType, toDocument } = usePlaces();
  /** The one on the screen, otherwise that of the document opened last. */
  const doctype = computed(() => {
    const name = slugs.value.find(String(route.params.slug ?? '')) ?? recent.value[0]?.doctype;
    return items.value.find((item) => item.name === name);
  });

  const openPalette = (event: KeyboardEvent): boolean => {
    // Ctrl+K makes a link in a text with formats.
    const isTaken = event.defaultPrevented && (event.target as HTMLElement).isContentEditable;
    if (!isTaken) palette.open();
    return !isTaken;
  };

  useKeys({ 'Control+k': openPalette, 'Control+g': openPalette, '?': sheet.open });
  useSequence('g', {
    h: () => router.push('/app'),
    l: () => doctype.value && router.push(toDocType(doctype.value)),
    s: () =>
      doctype.value &&
      items.value.some(({ name }) => name === SCHEMA) &&
      router.push(toDocument(SCHEMA, doctype.value.name)),
  });
}
