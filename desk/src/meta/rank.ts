/** How well a text fits what somebody typed: whole, from its beginning, by its words, by initials, by letters in order. Pure. */

/** 0: not at all. Better fits are higher; shorter texts win among equals. */
export function fitOf(typed: string, text: string): number {
  const wanted = plain(typed);
  const given = plain(text);
  if (wanted === '') return 1;
  const fits = [wholeFit, wordsFit, initialsFit, lettersFit].map((fitting) => fitting(wanted, given));
  const fit = Math.max(...fits);
  return fit === 0 ? 0 : fit - Math.min(given.length, 90) / 100;
}

/** Those that fit, the best first; of equal ones the first given. `also` are further texts, which count less. */
export function ranked<T>(
  typed: string,
  items: readonly T[],
  textOf: (item: T) => string,
  also: (item: T) => readonly string[] = () => [],
): { item: T; fit: number }[] {
  return items
    .map((item) => {
      const others = also(item).map((text) => fitOf(typed, text) * ALSO);
      return { item, fit: Math.max(fitOf(typed, textOf(item)), ...others) };
    })
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit);
}

/** Names that somebody may have meant who mistyped one: with few other letters, or with a word in common. The nearest first. */
export function nearestNames<T>(meant: string, items: readonly T[], nameOf: (item: T) => string): T[] {
  const words = meant.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
  return items
    .map((item) => {
      const name = nameOf(item);
      const isNear = distance(meant, name) <= Math.max(2, meant.length / 4);
      const shared = words.filter((word) => name.includes(word)).length;
      return { item, rank: isNear ? distance(meant, name) : shared > 0 ? 100 - shared : undefined };
    })
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ item }) => item);
}

/** How many letters must be added, taken away or changed. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= to.length; j++) {
      const changed = (row[j - 1] ?? 0) + (letter === to[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

const ALSO = 0.8;
const FITS = { same: 100, start: 90, words: 75, initials: 65, inside: 60, letters: 20 } as const;
/** Letters further apart than this are a coincidence. */
const WIDEST_GAP = 4;

/** Without case and accents: `José` is found by `jose`. */
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function wholeFit(wanted: string, given: string): number {
  if (given === wanted) return FITS.same;
  return given.startsWith(wanted) ? FITS.start : 0;
}

/** Every word that was typed begins a word, or stands in one. */
function wordsFit(wanted: string, given: string): number {
  const words = given.split(/[^\p{L}\p{N}]+/u);
  const typed = wanted.split(' ');
  if (typed.every((part) => words.some((word) => word.startsWith(part)))) return FITS.words;
  return typed.every((part) => given.includes(part)) ? FITS.inside : 0;
}

function initialsFit(wanted: string, given: string): number {
  if (wanted.length < 2) return 0;
  const initials = given
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word[0] ?? '')
    .join('');
  return initials.startsWith(wanted) ? FITS.initials : 0;
}

/** All letters in their order, the first at the beginning of a word, none far from the one before. */
function lettersFit(wanted: string, given: string): number {
  if (wanted.length < 3) return 0;
  const starts = [...given].flatMap((_, at) => (at === 0 || given[at - 1] === ' ' ? [at] : []));
  return starts.some((start) => followsFrom(wanted, given, start)) ? FITS.letters : 0;
}

function followsFrom(wanted: string, given: string, start: number): boolean {
  if (given[start] !== wanted[0]) return false;
  let at = start;
  for (const letter of wanted.slice(1)) {
    const next = given.indexOf(letter, at + 1);
    if (next === -1 || next - at > WIDEST_GAP) return false;
    at = next;
  }
  return true;
}
