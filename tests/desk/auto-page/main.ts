/** A page of another program: its own Vue application, its own look, a table and a form of a server elsewhere. */
import 'framework-m/desk/style.css';
import { AutoForm, AutoTable, type Doc } from 'framework-m/desk';
import { createApp, defineComponent, h, shallowRef } from 'vue';

const [server, token, opened, look] = window.location.hash.slice(1).split(',').map(decodeURIComponent);
const where = { baseUrl: server, token, theme: 'light' as const };

const Page = defineComponent(() => {
  const name = shallowRef<string | undefined>(opened);
  const said = shallowRef('');
  const minimum = shallowRef(0);
  const say = (text: string) => {
    said.value = text;
  };
  return () => [
    h('h1', 'Orders of ours'),
    h('button', { id: 'own', onClick: () => (minimum.value = 10_000) }, 'Only large ones'),
    h('p', { id: 'said' }, said.value),
    h(AutoTable, {
      ...where,
      doctype: 'Sales Order',
      columns: ['status', 'grand_total'],
      filters: [['grand_total', '>', minimum.value]],
      orderBy: 'grand_total desc',
      pageLength: 5,
      onOpen: (doc: Doc) => {
        name.value = doc.name;
      },
      onError: (error: Error) => say(`error: ${error.message}`),
    }),
    name.value === undefined
      ? undefined
      : h(AutoForm, {
          ...where,
          doctype: 'Sales Order',
          name: name.value,
          readonly: look === 'readonly',
          onSaved: (doc: Doc) => say(`saved ${doc.name} version ${doc._version}`),
          onSubmitted: (doc: Doc) => say(`submitted ${doc.name} ${doc.docstatus}`),
          onCancelled: (doc: Doc) => say(`cancelled ${doc.name} ${doc.docstatus}`),
          onDeleted: (doc: Doc) => say(`deleted ${doc.name}`),
          onError: (error: Error) => say(`error: ${error.message}`),
          onNavigate: (path: string) => say(`to ${path}`),
        }),
  ];
});

createApp(Page).mount('#app');
