/** A browser as far as signing in with a provider needs one: cookies by host, redirects that a test looks at. */
export interface Browser {
  /** One request, with the cookies of the host; a redirect is not followed. */
  visit(url: string): Promise<{ status: number; location: string; text: string; cookies: string[] }>;
  /** Follows redirects until one leads to `until`, and gives that address. */
  follow(url: string, until: string): Promise<string>;
  cookie(host: string, name: string): string | undefined;
}

const MOST = 20;

export function createBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (host: string): Map<string, string> => {
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const visit: Browser['visit'] = async (url) => {
    const jar = jarOf(new URL(url).host);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    const cookies = response.headers.getSetCookie();
    for (const line of cookies) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, equals));
      else jar.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    const location = response.headers.get('location');
    return {
      status: response.status,
      location: location === null ? '' : location.startsWith('/') ? location : new URL(location, url).href,
      text: await response.text(),
      cookies,
    };
  };
  return {
    visit,
    async follow(url, until) {
      let at = url;
      for (let step = 0; step < MOST; step++) {
        const { status, location, text } = await visit(at);
        if (location === '') throw new Error(`${at} answered ${status}: ${text.slice(0, 500)}`);
        if (location.startsWith(until)) return location;
        at = new URL(location, at).href;
      }
      throw new Error(`no end of redirects after ${at}`);
    },
    cookie: (host, name) => jars.get(host)?.get(name),
  };
}
