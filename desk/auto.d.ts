/** The types of `framework-m/desk`, as the package brings them. A test holds them against src/auto. */
import type { DefineComponent } from 'vue';

export interface Doc {
  name?: string;
  doctype?: string;
  docstatus?: number;
  modified?: string;
  _version?: number;
  [fieldname: string]: unknown;
}

export interface AutoServer {
  /** `https://erp.example.com`; absent: where the page itself comes from. One for each page. */
  baseUrl?: string;
  /** Of a session or an API key, as the sign-in answered it. Absent: the cookie of the session. */
  token?: string;
  /** Of `fetch`. Default: `same-origin`; with a `baseUrl` and no token `include`. */
  credentials?: RequestCredentials;
  /** Default: as the system has it. */
  theme?: 'light' | 'dark' | 'system';
}

export interface AutoFormProps extends AutoServer {
  doctype: string;
  /** Absent: a new document. */
  name?: string;
  /** Values of a new one, beside its defaults. */
  given?: Readonly<Record<string, unknown>>;
  /** Only to be looked at: nothing in it can be changed, and nothing done with it. */
  readonly?: boolean;
  /** It was written; with what the server made of it. */
  onSaved?: (doc: Doc) => void;
  /** It was submitted, where its DocType knows that and the user may. */
  onSubmitted?: (doc: Doc) => void;
  onCancelled?: (doc: Doc) => void;
  /** It is in the recycle bin; as it was before. */
  onDeleted?: (doc: Doc) => void;
  /** Reading or writing was refused, or no answer came. */
  onError?: (error: Error) => void;
  /** A link to another document was followed: a path of the desk. */
  onNavigate?: (path: string) => void;
}

export interface AutoTableProps extends AutoServer {
  doctype: string;
  /** `[["status", "=", "Open"]]`, as REST takes them. */
  filters?: readonly unknown[];
  /** Fieldnames; absent: as the DocType has it in lists. */
  columns?: readonly string[];
  /** `modified desc` */
  orderBy?: string;
  /** Rows at a time. */
  pageLength?: number;
  /** A row was chosen. */
  onOpen?: (doc: Doc) => void;
  onError?: (error: Error) => void;
  onNavigate?: (path: string) => void;
}

export const AutoForm: DefineComponent<AutoFormProps>;
export const AutoTable: DefineComponent<AutoTableProps>;
