/** The title of the window follows what is on the screen; a mark says that something is not saved. */
import { type MaybeRefOrGetter, toValue, watchEffect } from 'vue';

const PRODUCT = 'Framework M';

export function useTitle(title: MaybeRefOrGetter<string>, isDirty: MaybeRefOrGetter<boolean> = false): void {
  watchEffect(() => {
    const text = toValue(title);
    document.title = `${toValue(isDirty) ? '● ' : ''}${text === '' ? '' : `${text} · `}${PRODUCT}`;
  });
}
