/** An app that is well, after two that are not: colours, places and a widget of its own. */
import { defineFrontend, type FormScene } from 'framework-m/frontend';
import { defineComponent, h } from 'vue';

const Banner = defineComponent({
  props: ['meta', 'doc', 'isNew'],
  setup: (props) => () => h('p', { class: 'px-6 py-2' }, `Banner over ${(props as unknown as FormScene).doc.name}`),
});
const Button = defineComponent({
  props: ['meta', 'page'],
  setup: () => () => h('button', { type: 'button' }, 'From the app'),
});

export default defineFrontend({
  slots: {
    'form-before': [{ key: 'banner', doctype: 'Task Item', component: Banner }],
    'list-toolbar': [{ key: 'button', component: Button }],
  },
  theme: { light: { accent: '#0f766e', 'accent-hover': '#115e59' }, dark: { accent: '#0f766e' } },
});
