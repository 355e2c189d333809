/** Where a small thing stands beside another, so that all of it is on the screen. */
export type Side = 'top' | 'right' | 'bottom' | 'left';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Size {
  width: number;
  height: number;
}

const OTHER: Readonly<Record<Side, Side>> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' };

/** On the wished side, or across where that has no room and the other has; never nearer to an edge than `edge`. */
export function placeBeside(
  anchor: Box,
  size: Size,
  wish: Side,
  screen: Size,
  gap = 6,
  edge = 8,
): { left: number; top: number } {
  const room: Record<Side, number> = {
    top: anchor.top - gap - edge - size.height,
    bottom: screen.height - anchor.top - anchor.height - gap - edge - size.height,
    left: anchor.left - gap - edge - size.width,
    right: screen.width - anchor.left - anchor.width - gap - edge - size.width,
  };
  const side = room[wish] < 0 && room[OTHER[wish]] > room[wish] ? OTHER[wish] : wish;
  const at: Record<Side, { left: number; top: number }> = {
    top: { left: middle(anchor.left, anchor.width, size.width), top: anchor.top - gap - size.height },
    bottom: { left: middle(anchor.left, anchor.width, size.width), top: anchor.top + anchor.height + gap },
    left: { left: anchor.left - gap - size.width, top: middle(anchor.top, anchor.height, size.height) },
    right: { left: anchor.left + anchor.width + gap, top: middle(anchor.top, anchor.height, size.height) },
  };
  return {
    left: within(at[side].left, edge, screen.width - edge - size.width),
    top: within(at[side].top, edge, screen.height - edge - size.height),
  };
}

function middle(start: number, length: number, own: number): number {
  return start + (length - own) / 2;
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
