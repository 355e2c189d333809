/** The short messages at the edge of the page: said aloud, gone by themselves, one action at most. */
import { shallowRef } from 'vue';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'error';
  action?: { label: string; run(): void };
}

export interface ToastWish {
  tone?: Toast['tone'];
  action?: Toast['action'];
  /** Milliseconds; an error stays twice as long. */
  stay?: number;
}

const STAY = 4_000;
const MOST = 3;

export const toasts = shallowRef<readonly Toast[]>([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let last = 0;

export function toast(text: string, { tone = 'plain', action, stay }: ToastWish = {}): number {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value, { id, text, tone, action }].slice(-MOST);
  holdToast(id, stay ?? (tone === 'error' || action ? STAY * 2.5 : STAY));
  return id;
}

export function closeToast(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.value = toasts.value.filter((shown) => shown.id !== id);
}

/** Lets it stay so much longer from now on: while it is read or pointed at. */
export function holdToast(id: number, milliseconds = STAY): void {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => closeToast(id), milliseconds),
  );
}
