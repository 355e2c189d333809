/** What apps import as `framework-m/frontend`: the contract, and parts of the desk to build with. */

export { ProblemError } from '../api/client.ts';
export { createDocument, getDocument, listDocuments, updateDocument } from '../api/documents.ts';
export type { FormScene, ListScene, SlotEntry, SlotName } from '../components/apps/slots.ts';
export type { Panel, PanelProps } from '../components/form/panels.ts';
export type { ListViewEntry } from '../components/list/views.ts';
export { useDocType, useDocTypes } from '../composables/useDocType.ts';
export { __, __n, useI18n } from '../composables/useI18n.ts';
export type { ListPage } from '../composables/useListPage.ts';
export { useSession } from '../composables/useSession.ts';
export type { Doc, DocTypeMeta, FieldMeta } from '../meta/types.ts';
export { formatValue } from '../meta/values.ts';
export { default as Button } from '../ui/Button.vue';
export { default as Dialog } from '../ui/Dialog.vue';
export { default as Empty } from '../ui/Empty.vue';
export { default as ErrorState } from '../ui/ErrorState.vue';
export { default as Skeleton } from '../ui/Skeleton.vue';
export { default as Status } from '../ui/Status.vue';
export { toast } from '../ui/toast.ts';
export type { CellProps, WidgetEntry, WidgetProps } from '../widgets/contract.ts';
export {
  type Colors,
  type ColorToken,
  defineFrontend,
  type FrontendApp,
  type FrontendPage,
  type Theme,
} from './contract.ts';
