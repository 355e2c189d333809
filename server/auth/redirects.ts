/** Where a browser may be sent after signing in: a path of our own pages, and nothing else. */

const LONGEST = 2000;
/** No browser ever resolves this host, so what parses to another one has left our origin. */
const HERE = 'http://here.invalid';

/** The path, query and fragment in the spelling of a URL parser; undefined when it could lead elsewhere. */
export function ownPath(given: string): string | undefined {
  // Browsers drop tabs and line breaks, and read backslashes as slashes.
  if (given.length > LONGEST || !given.startsWith('/') || /[\\\s\p{Cc}]/u.test(given)) return undefined;
  const url = URL.parse(given, HERE);
  if (url === null || url.origin !== HERE || url.username !== '' || url.password !== '') return undefined;
  // `/..//evil.example` is a path until its dots are resolved; then it is another host.
  return url.pathname.startsWith('//') ? undefined : `${url.pathname}${url.search}${url.hash}`;
}
