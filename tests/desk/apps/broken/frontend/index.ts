/** An app in which everything fails that can. */
import { Bug } from '@lucide/vue';
import { defineFrontend } from 'framework-m/frontend';
import { defineAsyncComponent, defineComponent, h } from 'vue';

const failing = (where: string) =>
  defineComponent(() => {
    throw new Error(`it fails in ${where}`);
  });

/** It is well until somebody touches it. */
const Touchy = defineComponent(() => {
  const fail = (): never => {
    throw new Error('it fails when it is pressed');
  };
  return () => h('button', { type: 'button', onClick: fail }, 'Do not press');
});

export default defineFrontend({
  panels: [{ key: 'broken', label: 'Broken panel', order: 1, component: failing('a panel') }],
  fields: {
    'Task Item.subject': { input: failing('an input') },
    'Task Item.priority': { cell: failing('a cell') },
  },
  views: {
    broken: {
      label: 'Broken view',
      icon: Bug,
      available: () => {
        throw new Error('it fails when it is asked');
      },
      component: failing('a view'),
    },
  },
  slots: {
    'form-before': [{ key: 'before', component: defineAsyncComponent(() => Promise.reject(new Error('gone'))) }],
    'form-header': [{ key: 'header', component: Touchy }],
    'list-before': [
      {
        key: 'never',
        component: failing('a slot'),
        isShown: () => {
          throw new Error('it fails when it is asked');
        },
      },
    ],
  },
  pages: { page: { title: 'Broken page', component: failing('a page') } },
  theme: { light: { accent: 'url(https://example.com)' } },
});
