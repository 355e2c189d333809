/** What a form or a table gets that stands alone in a page of another program. One server for each page. */
import type { Doc } from '../meta/types.ts';

export interface AutoServer {
  /** `https://erp.example.com`; absent: where the page itself comes from. */
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
}

export interface AutoFormEvents {
  /** It was written; with what the server made of it. */
  saved: [doc: Doc];
  /** It was submitted, where its DocType knows that and the user may. */
  submitted: [doc: Doc];
  cancelled: [doc: Doc];
  /** It is in the recycle bin; as it was before. */
  deleted: [doc: Doc];
  /** Reading or writing was refused, or no answer came. The form says so itself, too. */
  error: [error: Error];
  /** A link to another document was followed: a path of the desk, `/app/customer/detail/ACME`. */
  navigate: [path: string];
}

export interface AutoTableEvents {
  /** A row was chosen. */
  open: [doc: Doc];
  error: [error: Error];
  navigate: [path: string];
}
