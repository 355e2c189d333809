/**
 * The types of `framework-m/frontend`, as the package brings them: without the desk's own sources, which the compiler of
 * another project would have to check with its own settings. A test holds them against src/frontend.
 */
import type { Component, ComputedRef, DefineSetupFnComponent, MaybeRefOrGetter, Ref, SlotsType } from 'vue';
import type { FrontendApp } from './contract.d.ts';
import type { Doc, DocTypeMeta, DocTypeSummary, FieldMeta } from './meta.d.ts';

export type * from './contract.d.ts';
export type * from './meta.d.ts';

/** Gives what it gets: with it the editor knows what belongs in. */
export function defineFrontend(app: FrontendApp): FrontendApp;

export interface Page<T = Doc> {
  items: T[];
  total?: number;
  total_is_estimate?: boolean;
  limit: number;
  offset?: number;
  has_more: boolean;
  next_cursor?: string | null;
}

export interface ListWish {
  fields?: readonly unknown[];
  /** Conditions and groups of them: `[[field, operator, value], ["or", …]]`. */
  filters?: readonly unknown[];
  or_filters?: readonly unknown[];
  order_by?: string;
  q?: string;
  limit?: number;
  offset?: number;
  /** Empty: the first page by key. */
  cursor?: string;
  group_by?: string;
  count?: 'none' | 'estimated' | 'exact';
  /** What a link may be set to, more than may be read; of it name, title and search fields. */
  as?: 'select';
}

/** Documents over REST. What the server refuses is a ProblemError. */
export function listDocuments<T = Doc>(doctype: string, wish?: ListWish, signal?: AbortSignal): Promise<Page<T>>;
export function getDocument(doctype: string, name: string, signal?: AbortSignal): Promise<Doc>;
export function createDocument(doctype: string, given: Readonly<Record<string, unknown>>): Promise<Doc>;
/** `given` may hold `_version`, the one that was read: a newer one in the database is a 409. */
export function updateDocument(doctype: string, name: string, given: Readonly<Record<string, unknown>>): Promise<Doc>;

export class ProblemError extends Error {
  constructor(status: number, problem: Readonly<Record<string, unknown>>);
  readonly status: number;
  /** As `conflict`, `validation`, `not_found`; `network` when no answer came. */
  readonly code: string;
  readonly title: string;
  readonly requestId: string;
  readonly errors: readonly { field: string; code: string; message: string }[];
  /** All members of the problem, for those of one kind only. */
  readonly problem: Readonly<Record<string, unknown>>;
}

/** All DocTypes that the user may know of, in short. */
export function useDocTypes(): {
  items: ComputedRef<DocTypeSummary[]>;
  error: Ref<Error | null>;
  isLoading: Ref<boolean>;
  reload(): Promise<unknown>;
};

/** `name` undefined or "": nothing is asked. */
export function useDocType(name: MaybeRefOrGetter<string | undefined>): {
  meta: Ref<DocTypeMeta | undefined>;
  error: Ref<Error | null>;
  isLoading: Ref<boolean>;
  reload(): Promise<unknown>;
};

/** Who is signed in. */
export function useSession(): {
  user: Readonly<
    Ref<{ readonly user: string; readonly full_name: string; readonly roles: readonly string[] } | undefined>
  >;
  isKnown: Readonly<Ref<boolean>>;
  hasRole(role: string): ComputedRef<boolean>;
};

/** `__('Delete {0} documents', 3)`: the English text is the key. */
export function __(text: string, ...args: readonly (string | number)[]): string;
/** `__n(1, '{0} document', '{0} documents')` */
export function __n(count: number, one: string, many: string): string;

export function useI18n(): {
  __: typeof __;
  /** A context tells apart what English spells alike. */
  __in(context: string, text: string, ...args: readonly (string | number)[]): string;
  __n: typeof __n;
  /** Of numbers and dates. BCP 47. */
  locale: ComputedRef<string>;
  language: ComputedRef<string>;
  languages: ComputedRef<readonly string[]>;
  dir: ComputedRef<'ltr' | 'rtl'>;
};

/** The value as a person reads it; "" for none. */
export function formatValue(
  value: unknown,
  field: FieldMeta,
  reading?: { locale?: string; timeZone?: string; doc?: Doc },
): string;

/** A short message at the edge of the page. */
export function toast(
  text: string,
  wish?: { tone?: 'plain' | 'error'; action?: { label: string; run(): void }; stay?: number },
): number;

export interface ButtonProps {
  variant?: 'primary' | 'default' | 'ghost' | 'danger';
  type?: 'button' | 'submit';
  /** As `Control+S`, the way aria-keyshortcuts spells it. */
  keys?: string;
  /** Work goes on: it cannot be pressed again, and says so. */
  busy?: boolean;
  disabled?: boolean;
}

export interface DialogProps {
  open?: boolean;
  title: string;
  description?: string;
  size?: 'small' | 'medium' | 'large';
  /** Stands at an edge and is as high as the page. */
  side?: 'left' | 'right';
  /** At an edge: room for a form. */
  wide?: boolean;
  closeLabel?: string;
}

export interface EmptyProps {
  title: string;
  text?: string;
  icon?: Component;
}

export interface ErrorStateProps {
  title: string;
  text?: string;
  retryLabel?: string;
  note?: string;
}

export interface StatusProps {
  label: string;
  tone?: 'gray' | 'blue' | 'green' | 'amber' | 'red';
}

type WithSlot = SlotsType<{ default?: Record<string, never> }>;

export const Button: DefineSetupFnComponent<ButtonProps, Record<string, never>, WithSlot>;
export const Dialog: DefineSetupFnComponent<
  DialogProps,
  { 'update:open': (open: boolean) => void },
  SlotsType<{ default?: Record<string, never>; footer?: Record<string, never> }>
>;
export const Empty: DefineSetupFnComponent<EmptyProps, Record<string, never>, WithSlot>;
export const ErrorState: DefineSetupFnComponent<ErrorStateProps, { retry: () => void }, WithSlot>;
export const Skeleton: DefineSetupFnComponent<Record<never, never>>;
export const Status: DefineSetupFnComponent<StatusProps>;
