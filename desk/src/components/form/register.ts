/** The panels that every form has. */
import AttachmentsPanel from './AttachmentsPanel.vue';
import ConnectionsPanel from './ConnectionsPanel.vue';
import HistoryPanel from './HistoryPanel.vue';
import { registerPanel } from './panels.ts';
import SharesPanel from './SharesPanel.vue';

registerPanel({
  key: 'attachments',
  label: 'Attachments',
  component: AttachmentsPanel,
  order: 5,
  isShown: ({ meta }) => meta.name !== 'File' && !meta.is_virtual,
});
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
