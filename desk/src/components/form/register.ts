/** The panels that every form has. */
import ConnectionsPanel from './ConnectionsPanel.vue';
import HistoryPanel from './HistoryPanel.vue';
import { registerPanel } from './panels.ts';
import SharesPanel from './SharesPanel.vue';

registerPanel({
  key: 'connections',
  label: 'Connections',
  component: ConnectionsPanel,
  order: 10,
  isShown: ({ meta }) => meta.links.length > 0,
});
registerPanel({
  key: 'shares',
  label: 'Shared with',
  component: SharesPanel,
  order: 20,
  isShown: ({ meta }) => !meta.issingle,
});
registerPanel({ key: 'history', label: 'History', component: HistoryPanel, order: 30 });
