/**
 * A form and a table from metadata for the pages of other programs: `import { AutoForm, AutoTable } from
 * 'framework-m/desk'` and `import 'framework-m/desk/style.css'`. Vue 3.5 is the page's own.
 */
import { type Component, defineComponent, h, onBeforeUnmount, onMounted, type PropType, useTemplateRef } from 'vue';
import '../styles/base.css';
import AutoFormInside from './AutoFormInside.vue';
import AutoTableInside from './AutoTableInside.vue';
import type { AutoFormEvents, AutoFormProps, AutoServer, AutoTableEvents, AutoTableProps } from './contract.ts';
import { putInside } from './inside.ts';

export type { AutoFormEvents, AutoFormProps, AutoServer, AutoTableEvents, AutoTableProps } from './contract.ts';

const SERVER = {
  baseUrl: String,
  token: String,
  credentials: String as PropType<RequestCredentials>,
  theme: String as PropType<AutoServer['theme']>,
};

/** The form of a document, new or not. Props: AutoFormProps; events: AutoFormEvents. */
export const AutoForm = defineComponent({
  name: 'AutoForm',
  props: {
    ...SERVER,
    doctype: { type: String, required: true },
    name: String,
    given: Object as PropType<AutoFormProps['given']>,
    readonly: Boolean,
  },
  emits: ['saved', 'submitted', 'cancelled', 'deleted', 'error', 'navigate'] as unknown as {
    [Event in keyof AutoFormEvents]: (...given: AutoFormEvents[Event]) => boolean;
  },
  setup(props, { emit }) {
    return standing(AutoFormInside, props, {
      props: () => ({ doctype: props.doctype, name: props.name, given: props.given, readonly: props.readonly }),
      listeners: {
        onSaved: (doc: never) => emit('saved', doc),
        onSubmitted: (doc: never) => emit('submitted', doc),
        onCancelled: (doc: never) => emit('cancelled', doc),
        onDeleted: (doc: never) => emit('deleted', doc),
        onError: (error: never) => emit('error', error),
      },
      navigate: (path) => emit('navigate', path),
      failed: (error) => emit('error', error),
    });
  },
});

/** Documents as rows. Props: AutoTableProps; events: AutoTableEvents. */
export const AutoTable = defineComponent({
  name: 'AutoTable',
  props: {
    ...SERVER,
    doctype: { type: String, required: true },
    filters: Array as PropType<AutoTableProps['filters']>,
    columns: Array as PropType<AutoTableProps['columns']>,
    orderBy: String,
    pageLength: Number,
  },
  emits: ['open', 'error', 'navigate'] as unknown as {
    [Event in keyof AutoTableEvents]: (...given: AutoTableEvents[Event]) => boolean;
  },
  setup(props, { emit }) {
    return standing(AutoTableInside, props, {
      props: () => {
        const { doctype, filters, columns, orderBy, pageLength } = props;
        return { doctype, filters, columns, orderBy, pageLength };
      },
      listeners: { onOpen: (doc: never) => emit('open', doc), onError: (error: never) => emit('error', error) },
      navigate: (path) => emit('navigate', path),
      failed: (error) => emit('error', error),
    });
  },
});

type Standing = Omit<Parameters<typeof putInside>[0], 'host' | 'component' | 'server'>;

function standing(component: Component, server: AutoServer, wish: Standing): () => ReturnType<typeof h> {
  const host = useTemplateRef<HTMLElement>('host');
  let takeOut: (() => void) | undefined;
  onMounted(() => {
    if (host.value) takeOut = putInside({ ...wish, component, server: { ...server }, host: host.value });
  });
  onBeforeUnmount(() => takeOut?.());
  return () => h('div', { ref: 'host' });
}
