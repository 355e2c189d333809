/** Which rows are near enough to be drawn, where all are of one height: what stands where is then known without measuring. */
import { computed, onBeforeUnmount, onMounted, type Ref, shallowRef } from 'vue';

export interface RowWindow {
  /** Rows there are. */
  count(): number;
  /** Of one, in pixels. */
  height(): number;
  scroller(): HTMLElement | null;
}

/** So many are drawn before and after those on the screen, so that scrolling shows no gap. */
const AROUND = 10;

export function useRowWindow({ count, height, scroller }: RowWindow) {
  const top = shallowRef(0);
  const room = shallowRef(0);
  const look = (): void => {
    top.value = scroller()?.scrollTop ?? 0;
    room.value = scroller()?.clientHeight ?? 0;
  };
  const observer = new ResizeObserver(look);
  onMounted(() => {
    look();
    const box = scroller();
    if (!box) return;
    observer.observe(box);
    box.addEventListener('scroll', look, { passive: true });
  });
  onBeforeUnmount(() => {
    observer.disconnect();
    scroller()?.removeEventListener('scroll', look);
  });

  const first = computed(() => {
    const shown = Math.ceil(room.value / height());
    // Rows may have gone since it was scrolled.
    return Math.max(0, Math.min(Math.floor(top.value / height()), count() - shown) - AROUND);
  });
  const end = computed(() =>
    Math.min(count(), Math.max(0, Math.ceil((top.value + room.value) / height())) + AROUND + 1),
  );
  return {
    /** Their places in the list, in order. */
    drawn: computed(() => Array.from({ length: Math.max(0, end.value - first.value) }, (_, at) => first.value + at)),
    before: computed(() => first.value * height()),
    total: computed(() => count() * height()),
    top: top as Readonly<Ref<number>>,
  };
}
