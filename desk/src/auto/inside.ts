/**
 * A part of the desk inside a page of another program: an application of its own, with its own router, queries and
 * place for dialogs, so that it needs nothing of the page around it and changes nothing there.
 */
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { ConfigProvider } from 'reka-ui';
import { type Component, createApp, defineComponent, h, shallowRef, watchEffect } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { ProblemError } from '../api/client.ts';
import { setServer } from '../api/server.ts';
import { registerGrids } from '../components/grid/register.ts';
import { __ } from '../composables/useI18n.ts';
import { useSession } from '../composables/useSession.ts';
import ErrorState from '../ui/ErrorState.vue';
import Toaster from '../ui/Toaster.vue';
import TooltipLayer from '../ui/TooltipLayer.vue';
import type { AutoServer } from './contract.ts';

export interface InsideWish {
  host: HTMLElement;
  component: Component;
  server: AutoServer;
  /** As they are now: asked for again whenever one changes. */
  props(): Record<string, unknown>;
  /** By `onSaved` and its like. */
  listeners: Readonly<Record<string, (...given: never[]) => void>>;
  navigate(path: string): void;
  failed(error: Error): void;
}

/** Its class: all styles hold below it alone. */
const SCOPE = 'fm-desk';
let count = 0;

/** Gives the way to take it out again. */
export function putInside({ host, component, server, props, listeners, navigate, failed }: InsideWish): () => void {
  const { baseUrl, token, credentials, theme = 'system' } = server;
  const usual = token ? 'omit' : baseUrl ? 'include' : 'same-origin';
  setServer({ base: (baseUrl ?? '').replace(/\/$/, ''), token, credentials: credentials ?? usual });
  registerGrids();
  const isDark = window.matchMedia('(prefers-color-scheme: dark)');
  const floating = document.createElement('div');
  document.body.append(floating);
  const paint = (): void => {
    const dark = theme === 'dark' || (theme === 'system' && isDark.matches);
    for (const element of [host, floating]) element.className = dark ? `${SCOPE} dark` : SCOPE;
  };
  paint();
  isDark.addEventListener('change', paint);

  const { user, load } = useSession();
  const state = shallowRef<'asking' | 'there' | 'nobody'>('asking');
  load()
    .then(() => {
      state.value = user.value ? 'there' : 'nobody';
      if (!user.value) failed(new ProblemError(401, { title: 'Not signed in', detail: 'Nobody is signed in.' }));
    })
    .catch((error: Error) => {
      state.value = 'nobody';
      failed(error);
    });
  const given = shallowRef(props());
  const stop = watchEffect(() => {
    given.value = props();
  });

  const Root = defineComponent(() => () => {
    const inner =
      state.value === 'there'
        ? h(component, { ...given.value, ...listeners })
        : state.value === 'nobody'
          ? h(ErrorState, { title: __('Not signed in'), text: __('Sign in, and this is here.') })
          : h('p', { role: 'status', class: 'p-4 text-ink-3' }, __('Loading …'));
    return h(ConfigProvider, { teleportTo: floating, scrollBody: false }, () => [
      inner,
      h(Toaster, { label: __('Messages'), closeLabel: __('Close') }),
      h(TooltipLayer),
    ]);
  });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:all(.*)*', component: { render: () => null } }],
  });
  // Links lead out of it: where to, the page around it says.
  router.beforeEach((to) => {
    if (to.path === '/') return true;
    navigate(to.fullPath);
    return false;
  });
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5_000 } } });
  const app = createApp(Root);
  // Several on one page must not call their parts the same.
  count += 1;
  app.config.idPrefix = `${SCOPE}-${count}`;
  app.use(router).use(VueQueryPlugin, { queryClient });
  app.mount(host);
  return () => {
    stop();
    app.unmount();
    isDark.removeEventListener('change', paint);
    floating.remove();
  };
}
