/** The addresses of the desk, a chunk for each view, and the way through the sign-in and back. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { startReading } from './composables/useReading.ts';
import { useSession } from './composables/useSession.ts';

const ListView = () => import('./views/ListView.vue');
const FormView = () => import('./views/FormView.vue');

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/app' },
  { path: '/login', component: () => import('./views/LoginView.vue'), meta: { isOpen: true } },
  { path: '/docs/:operation?', component: () => import('./views/DocsView.vue'), props: true, meta: { isOpen: true } },
  {
    path: '/app',
    component: () => import('./views/ShellView.vue'),
    children: [
      { path: '', component: () => import('./views/HomeView.vue') },
      { path: 'settings', component: () => import('./views/SettingsView.vue') },
      // A DocType called X has its documents at x/detail.
      { path: 'x/:app((?!detail/\\)[^/]+)/:page+', component: () => import('./views/AppPageView.vue'), props: true },
      // The list of the DocType Workspace and a new one of it have these addresses.
      {
        path: 'workspace/:workspace((?!(?:list|new\\)/?$\\)[^/]+)',
        component: () => import('./views/WorkspaceView.vue'),
        props: true,
      },
      { path: ':slug', redirect: ({ params }) => `/app/${encodeURIComponent(String(params.slug))}/list` },
      { path: ':slug/list', component: ListView, props: true },
      { path: ':slug/new', component: FormView, props: true },
      { path: ':slug/detail/:name', component: FormView, props: true },
      { path: ':rest(.*)*', component: () => import('./views/NotFoundView.vue') },
    ],
  },
  { path: '/:rest(.*)*', redirect: '/app' },
];

export function createDeskRouter() {
  const router = createRouter({
    history: createWebHistory('/'),
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  });
  const { user, load } = useSession();
  router.beforeEach(async (to) => {
    await Promise.all([load().catch(() => undefined), startReading()]);
    if (to.meta.isOpen || user.value) return true;
    return { path: '/login', query: to.fullPath === '/app' ? {} : { redirect_to: to.fullPath } };
  });
  return router;
}
