import { expect, test } from 'vitest';
import { placeBeside } from '../../../desk/src/ui/place.ts';

const SCREEN = { width: 1000, height: 600 };
const TIP = { width: 80, height: 24 };
const button = (left: number, top: number) => ({ left, top, width: 32, height: 32 });

test('it stands in the middle of the wished side', () => {
  expect(placeBeside(button(400, 300), TIP, 'bottom', SCREEN)).toEqual({ left: 376, top: 338 });
  expect(placeBeside(button(400, 300), TIP, 'top', SCREEN)).toEqual({ left: 376, top: 270 });
  expect(placeBeside(button(400, 300), TIP, 'right', SCREEN)).toEqual({ left: 438, top: 304 });
  expect(placeBeside(button(400, 300), TIP, 'left', SCREEN)).toEqual({ left: 314, top: 304 });
});

test('where there is no room it stands across, if there is room', () => {
  expect(placeBeside(button(400, 560), TIP, 'bottom', SCREEN).top).toBe(530);
  expect(placeBeside(button(960, 300), TIP, 'right', SCREEN).left).toBe(874);
  expect(placeBeside(button(400, 2), TIP, 'bottom', { width: 1000, height: 40 }).top).toBe(8);
});

test('it never leaves the screen', () => {
  expect(placeBeside(button(0, 300), TIP, 'bottom', SCREEN).left).toBe(8);
  expect(placeBeside(button(968, 300), TIP, 'bottom', SCREEN).left).toBe(912);
  expect(placeBeside(button(100, 300), { width: 400, height: 24 }, 'bottom', { width: 320, height: 600 }).left).toBe(8);
});
