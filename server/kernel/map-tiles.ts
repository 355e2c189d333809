/**
 * Where maps may fetch their tiles, off unless System Settings say so: one host, in a template whose {z}, {x} and {y}
 * stand in its path. Anything else in it could ask any host for anything.
 */

export interface MapTiles {
  url: string;
  /** Whose they are: shown on every map that has them. Plain text. */
  attribution: string;
}

const PLACES = ['{z}', '{x}', '{y}'];
const LONGEST = 500;

/** Throws a sentence for the person who typed it. */
export function checkTiles(template: string): void {
  const origin = originOf(template);
  if (origin === undefined)
    throw new Error('must be an address that begins with https:// or http://, without a name or password in it');
  const path = template.slice(origin.length);
  if (PLACES.some((place) => path.split(place).length !== 2))
    throw new Error('must have {z}, {x} and {y} once each behind the host: https://tiles.example.org/{z}/{x}/{y}.png');
  if (/[{}]/.test(PLACES.reduce((rest, place) => rest.replace(place, ''), path)))
    throw new Error('may have no other placeholder than {z}, {x} and {y}; of several hosts name one');
  if (template.length > LONGEST) throw new Error(`has at most ${LONGEST} characters`);
}

/** What was stored by any way, if it can be used: a bad value is none. */
export function tilesOf(template: unknown, attribution: unknown): MapTiles | undefined {
  if (typeof template !== 'string' || template.trim() === '') return undefined;
  try {
    checkTiles(template.trim());
    return { url: template.trim(), attribution: typeof attribution === 'string' ? attribution.trim() : '' };
  } catch {
    return undefined;
  }
}

/** As a policy for content names it, and as the template begins; undefined for what is no plain address of a host. */
export function originOf(template: string): string | undefined {
  const [origin = ''] = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?=\/)/.exec(template) ?? [];
  if (origin === '' || /[\s"'\\<>]/.test(template)) return undefined;
  try {
    return new URL(origin).host === origin.replace(/^https?:\/\//, '') ? origin : undefined;
  } catch {
    return undefined;
  }
}
