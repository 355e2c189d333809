/** Which icons somebody means, by a part of their names. Pure. */

/** Those that have every word; what is called so first, then what begins so. */
export function matchingIcons(names: readonly string[], text: string): readonly string[] {
  const words = text
    .toLowerCase()
    .split(/[\s-]+/)
    .filter(Boolean);
  if (words.length === 0) return names;
  const whole = words.join('-');
  const rank = (name: string): number => (name === whole ? 0 : name.startsWith(whole) ? 1 : 2);
  return names.filter((name) => words.every((word) => name.includes(word))).sort((a, b) => rank(a) - rank(b));
}
