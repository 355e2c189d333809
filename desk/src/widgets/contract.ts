/**
 * What a widget is. It gets these props, tells `update:modelValue`, and nothing else. Attributes beside them
 * (aria-describedby, aria-required) belong on its input: where that is not the root, `v-bind="$attrs"`.
 */
import type { Component } from 'vue';
import type { Doc, DocTypeMeta, FieldMeta } from '../meta/types.ts';

export interface WidgetProps {
  field: FieldMeta;
  modelValue: unknown;
  /** The document or row that the field stands in. */
  doc: Doc;
  /** Of the input; what labels it has `${id}-label`. */
  id: string;
  /** Just now, as while it is saved. */
  disabled?: boolean;
  /** To be shown, not written. Only a widget that is its own `read` sees it set. */
  readonly?: boolean;
  /** What the server said of this value. */
  error?: string;
}

export interface CellProps {
  field: FieldMeta;
  value: unknown;
  doc: Doc;
  meta?: DocTypeMeta;
}

export interface WidgetEntry {
  input: Component;
  /** In the cell of a table, which has less room; absent: `input`. */
  inline?: Component;
  /** For a field that can only be read; absent: its text. */
  read?: Component;
  /** In a list; absent: its text. */
  cell?: Component;
  /** In a row of a child table; absent: its text. */
  gridCell?: Component;
  align?: 'start' | 'end';
  /** Who shows the label: the frame of the field (default), the widget, or nobody. */
  label?: 'frame' | 'widget' | 'none';
  /** Takes the width of the whole section. */
  wide?: boolean;
}
