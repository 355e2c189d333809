/** The apps that this desk was built with, each taken in by itself: one that fails is named, and the others go on. */
import { frontends } from 'virtual:app-frontends';
import { __ } from '../composables/useI18n.ts';
import { toast } from '../ui/toast.ts';
import type { FrontendApp } from './contract.ts';

/** No page waits longer for an app than this. */
const MOST_MS = 5_000;

/** Never throws. */
export async function loadFrontends(): Promise<void> {
  const all = Promise.all(frontends.map(({ app, load }) => loadOne(app, load)));
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, MOST_MS))]);
}

async function loadOne(app: string, load: () => Promise<{ default?: unknown }>): Promise<void> {
  try {
    const [{ default: made }, { registerFrontend }] = await Promise.all([load(), import('./registration.ts')]);
    if (typeof made !== 'object' || made === null)
      throw new Error('frontend/index.ts has no default export made with defineFrontend.');
    await registerFrontend(app, made as FrontendApp);
  } catch (error) {
    console.error(`The frontend of the app ${app} could not be loaded.`, error);
    toast(__('The app {0} could not be loaded into the desk. All else works.', app), { tone: 'error' });
  }
}
