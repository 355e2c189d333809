/** The one tooltip that is shown: after a moment under the pointer, at once with the focus of the keyboard. */
import { type App, shallowRef } from 'vue';
import type { Side } from './place.ts';

export interface Tip {
  readonly text: string;
  readonly keys?: string;
  readonly side?: Side;
}

export interface ShownTip {
  /** Read where it is shown: what it says may change meanwhile. */
  tip: Tip;
  element: HTMLElement;
  /** A page may have parts of the desk in several places: each shows its own. */
  app: App | undefined;
}

/** The first one waits; those beside it come at once while somebody looks around. */
const DELAY_MS = 500;
const LOOKING_AROUND_MS = 200;
/** Time for the pointer to come from the trigger to the tooltip. */
const GRACE_MS = 120;
/** What says it is described by it. */
export const TIP_ID = 'desk-tip';

export const shownTip = shallowRef<ShownTip>();
let timer: ReturnType<typeof setTimeout> | undefined;
let closedAt = Number.NEGATIVE_INFINITY;

export function showTip(shown: ShownTip): void {
  clearTimeout(timer);
  if (shown.tip.text !== '') shownTip.value = shown;
}

export function showTipSoon(shown: ShownTip): void {
  clearTimeout(timer);
  const isLookingAround = shownTip.value !== undefined || performance.now() - closedAt < LOOKING_AROUND_MS;
  if (isLookingAround) showTip(shown);
  else timer = setTimeout(showTip, DELAY_MS, shown);
}

/** Of this trigger, or whichever is shown. */
export function hideTip(element?: HTMLElement): void {
  if (element && shownTip.value && shownTip.value.element !== element) return;
  clearTimeout(timer);
  if (shownTip.value) closedAt = performance.now();
  shownTip.value = undefined;
}

export function hideTipSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(hideTip, GRACE_MS);
}

export function holdTip(): void {
  clearTimeout(timer);
}
