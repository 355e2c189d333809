/** How the desk is built and served while it is worked on: hashed files below /assets, one chunk per route. */
import path from 'node:path';
import tailwind from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { appFrontends } from './app-frontends.ts';
import { chunkGroups } from './chunks.ts';
import { compress } from './compress.ts';
import { firstLoad } from './first-load.ts';
import { iconSet } from './icon-set.ts';
import { preloads } from './preloads.ts';

const ROOT = import.meta.dirname;
/** The server beside the dev server: its address, unless API says another. */
const API = process.env.API ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: ROOT,
  base: '/',
  cacheDir: path.join(ROOT, '../node_modules/.vite/desk'),
  plugins: [appFrontends(), iconSet(), vue(), tailwind(), compress(), firstLoad(), preloads()],
  resolve: {
    alias: {
      '@expressions': path.join(ROOT, '../server/expressions'),
      'framework-m/frontend': path.join(ROOT, 'src/frontend/index.ts'),
    },
    // An app may lie anywhere: it shares the desk's own.
    dedupe: ['vue', 'vue-router', '@tanstack/vue-query', '@lucide/vue', 'reka-ui'],
  },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: process.env.DESK_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A strict policy for content allows no data: fonts, and inlined files cannot be cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { output: { hashCharacters: 'hex', codeSplitting: { groups: chunkGroups() } } },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/account', '/openapi.json', '/graphql'].map((prefix) => [prefix, { target: API }]),
    ),
  },
});
