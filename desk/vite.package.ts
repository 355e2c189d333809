/** How AutoForm and AutoTable are built for other programs: one module, one style sheet whose rules hold below .fm-desk alone. */
import path from 'node:path';
import tailwind from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { iconSet } from './icon-set.ts';
import { scopeStyles } from './scope-styles.ts';

const ROOT = import.meta.dirname;

export default defineConfig({
  root: ROOT,
  plugins: [iconSet(), vue(), tailwind(), scopeStyles('.fm-desk')],
  resolve: { alias: { '@expressions': path.join(ROOT, '../server/expressions') } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    'process.env.NODE_ENV': '"production"',
  },
  publicDir: false,
  build: {
    outDir: process.env.DESK_OUT ?? 'dist-package',
    emptyOutDir: true,
    target: 'es2023',
    reportCompressedSize: false,
    lib: { entry: path.join(ROOT, 'src/auto/index.ts'), formats: ['es'], fileName: 'index', cssFileName: 'style' },
    // The page has its own Vue, and two would not know each other's refs.
    rollupOptions: { external: ['vue'] },
  },
});
