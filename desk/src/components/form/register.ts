/** The panels that every form has, and what that of a workspace has besides. */
import { defineAsyncComponent } from 'vue';
import { useSession } from '../../composables/useSession.ts';
import AssignmentsPanel from '../activity/AssignmentsPanel.vue';
import ConnectionsPanel from '../activity/ConnectionsPanel.vue';
import RestorePanel from '../activity/RestorePanel.vue';
import SharesPanel from '../activity/SharesPanel.vue';
import TagsPanel from '../activity/TagsPanel.vue';
import { registerSlot } from '../apps/slots.ts';
import AttachmentsPanel from './AttachmentsPanel.vue';
import PasswordPanel from './PasswordPanel.vue';
import { registerPanel } from './panels.ts';

/** One's own, and as a System Manager that of others, but for Administrator's: so the server has it. */
function maySetPassword(name: string): boolean {
  const { user, hasRole } = useSession();
  if (name === user.value?.user) return true;
  return hasRole('System Manager').value && name !== 'Administrator' && name !== 'Guest';
}

registerSlot('form-header', {
  key: 'workspace-page',
  doctype: 'Workspace',
  component: defineAsyncComponent(() => import('../workspace/OpenWorkspace.vue')),
  isShown: ({ isNew }) => !isNew,
});
registerPanel({
  key: 'restore',
  label: 'Recycle bin',
  component: RestorePanel,
  order: 1,
  isShown: ({ meta }) => meta.name === 'Deleted Document',
});
registerPanel({
  key: 'password',
  label: 'Password',
  component: PasswordPanel,
  order: 2,
  isShown: ({ meta, doc }) => meta.name === 'User' && maySetPassword(doc.name ?? ''),
});
registerPanel({
  key: 'attachments',
  label: 'Attachments',
  component: AttachmentsPanel,
  order: 5,
  isShown: ({ meta }) => meta.name !== 'File' && !meta.is_virtual,
});
registerPanel({
  key: 'assignments',
  label: 'Assigned to',
  component: AssignmentsPanel,
  order: 4,
  isShown: ({ meta }) => !meta.is_virtual,
});
registerPanel({ key: 'tags', label: 'Tags', component: TagsPanel, order: 6, isShown: ({ meta }) => !meta.is_virtual });
registerPanel({
  key: 'connections',
  label: 'Connections',
  component: ConnectionsPanel,
  order: 10,
  isShown: ({ meta }) => !meta.issingle,
});
registerPanel({
  key: 'shares',
  label: 'Shared with',
  component: SharesPanel,
  order: 20,
  isShown: ({ meta }) => !meta.issingle && !meta.is_virtual,
});
