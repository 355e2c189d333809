/**
 * What the browser may fetch beside the page of the desk, before a script of it has run: the files of that page, as the
 * build has written them down, and of whoever comes with a session what every page asks first.
 */
import type { Call } from './call.ts';

/** Files by view, as `ListView`. */
export type Preloads = Readonly<Record<string, readonly string[]>>;

/** As the desk asks them: a fetch that is written otherwise would go a second time. */
const FIRST_ASKED = ['/api/v1/auth/me', '/api/v1/settings/translations', '/api/meta'];

/** The value of a Link header; undefined where there is nothing to tell. */
export function preloadLinks(call: Call, preloads: Preloads, hasSession: boolean): string | undefined {
  const scripts = (preloads[viewOf(call.segments)] ?? []).map((file) => `</${file}>; rel=modulepreload`);
  const data = hasSession && call.segments[0] === 'app' ? FIRST_ASKED : [];
  const links = [...data.map((path) => `<${path}>; rel=preload; as=fetch; crossorigin=anonymous`), ...scripts];
  return links.length > 0 ? links.join(', ') : undefined;
}

/** The desk's own router decides; a guess that is wrong costs a file that is not needed. */
function viewOf([first, second, third]: readonly string[]): string {
  if (first === 'login') return 'LoginView';
  if (first === 'docs') return 'DocsView';
  if (second === undefined) return 'HomeView';
  if (third === 'new' || third === 'detail') return 'FormView';
  if (second === 'settings' && third === undefined) return 'SettingsView';
  return second === 'x' ? '' : 'ListView';
}
