/** Puts the desk together: theme, server state, router, widgets, and mounts it. */
import './styles/base.css';
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { ProblemError } from './api/client.ts';
import { registerGrids } from './components/grid/register.ts';
import { registerActivityNotifications } from './composables/activity-notifications.ts';
import { apply } from './composables/useTheme.ts';
import { loadFrontends } from './frontend/load.ts';
import { createDeskRouter } from './router.ts';

apply();
registerGrids();
registerActivityNotifications();

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Only what may pass by itself is tried again.
      retry: (count, error) =>
        count < 2 && (!(error instanceof ProblemError) || error.status === 0 || error.status >= 503),
      refetchOnWindowFocus: true,
      staleTime: 5_000,
    },
  },
});

/** Beside the question who is signed in, so that it takes no time of its own. */
const frontends = loadFrontends();
const router = createDeskRouter();
router.beforeEach(() => frontends);
createApp(App).use(router).use(VueQueryPlugin, { queryClient }).mount('#desk');

// Few need it, so it comes to them alone.
const forcedColors = window.matchMedia('(forced-colors: active)');
const dress = (): unknown => forcedColors.matches && import('./styles/forced-colors.css');
forcedColors.addEventListener('change', dress);
dress();
