/** Pages of apps: under /app/x/{app}/{path}, and in the navigation where the app wants it. */
import { type Component, shallowReactive } from 'vue';

export interface AppPage {
  app: string;
  /** Without slashes at its ends; may have some inside. */
  path: string;
  title: string;
  component: Component;
  /** For the navigation; absent: it is not in it. */
  icon?: Component;
}

const pages = shallowReactive(new Map<string, AppPage>());

export function registerPage(page: AppPage): void {
  pages.set(keyOf(page.app, page.path), page);
}

export function findPage(app: string, path: string): AppPage | undefined {
  return pages.get(keyOf(app, path));
}

export function pagesInNavigation(): AppPage[] {
  return [...pages.values()].filter(({ icon }) => icon).sort((a, b) => a.title.localeCompare(b.title));
}

export function addressOf({ app, path }: AppPage): string {
  return `/app/x/${encodeURIComponent(app)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function keyOf(app: string, path: string): string {
  return `${app}/${path.replaceAll(/^\/|\/$/g, '')}`;
}
