/**
 * One evaluation in progress: what it may read, and what it may still spend. Every closure and every
 * text or list that is walked costs steps, so no expression outlasts its budget, whatever the document holds.
 */
import type { Scope } from './contract.ts';
import { ExpressionError } from './errors.ts';

export const MAX_STEPS = 100_000;
/** No text that an expression makes is longer than this many characters. */
export const MAX_TEXT = 1_000_000;
/** Walking this many characters of text costs one step. */
const CHARACTERS_PER_STEP = 256;

export interface Run extends Scope {
  steps: number;
}

/** A compiled piece of an expression. */
export type Evaluate = (run: Run) => unknown;

/** Takes `count` steps from the budget; throws ExpressionError when it is used up. */
export function spend(run: Run, count = 1): void {
  run.steps -= count;
  if (run.steps < 0) throw new ExpressionError(`The expression takes more than ${MAX_STEPS} steps; make it simpler.`);
}

/** Pays for walking a text once; refuses one that is longer than any expression may make. */
export function spendText(run: Run, text: string): string {
  if (text.length >= CHARACTERS_PER_STEP) spend(run, Math.floor(text.length / CHARACTERS_PER_STEP));
  return text;
}

/** Joins two texts within the limits; throws ExpressionError when the result would be too long. */
export function joinTexts(run: Run, left: string, right: string): string {
  const length = left.length + right.length;
  if (length > MAX_TEXT) throw new ExpressionError(`The expression makes a text of more than ${MAX_TEXT} characters.`);
  return spendText(run, left + right);
}
