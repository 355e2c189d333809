/**
 * DocType, DocField and DocPerm as they are stored and exchanged: plain JSON in Frappe's shape.
 * Flags are 0/1 integers (`true`/`false` is accepted from people); absent means 0 or "".
 * Unknown keys are kept. What a key *means* is compiled once into a DocTypePlan (schema/plan.ts).
 */
export type Flag = 0 | 1 | boolean;

export interface DocField {
  /** Stable identity, given by the server. A field is its id: renaming keeps data. */
  id?: string;
  fieldname: string;
  fieldtype: string;
  label?: string;
  options?: string;
  default?: string | number | null;
  reqd?: Flag;
  unique?: Flag;
  search_index?: Flag;
  length?: number;
  precision?: string | number;
  non_negative?: Flag;
  not_nullable?: Flag;
  read_only?: Flag;
  hidden?: Flag;
  set_only_once?: Flag;
  allow_on_submit?: Flag;
  no_copy?: Flag;
  permlevel?: number;
  ignore_user_permissions?: Flag;
  depends_on?: string;
  mandatory_depends_on?: string;
  read_only_depends_on?: string;
  fetch_from?: string;
  fetch_if_empty?: Flag;
  is_virtual?: Flag;
  in_list_view?: Flag;
  in_standard_filter?: Flag;
  in_global_search?: Flag;
  ignore_xss_filter?: Flag;
  oldfieldname?: string;
  description?: string;
  [key: string]: unknown;
}

export interface DocPerm {
  role: string;
  permlevel?: number;
  if_owner?: Flag;
  [right: string]: unknown;
}

export interface DocTypeJson {
  doctype?: 'DocType';
  name: string;
  module?: string;
  fields: DocField[];
  field_order?: string[];
  permissions?: DocPerm[];
  links?: Record<string, unknown>[];
  actions?: Record<string, unknown>[];
  states?: Record<string, unknown>[];
  istable?: Flag;
  issingle?: Flag;
  is_submittable?: Flag;
  is_tree?: Flag;
  is_virtual?: Flag;
  nsm_parent_field?: string;
  /** With many tenants in one database, whose its documents are: empty, `Common`, `Global Names`. */
  tenancy?: string;
  custom?: Flag;
  autoname?: string;
  allow_rename?: Flag;
  title_field?: string;
  search_fields?: string;
  sort_field?: string;
  sort_order?: string;
  track_changes?: Flag;
  description?: string;
  [key: string]: unknown;
}

/** True for every spelling of a set flag that occurs in real files: 1, true, "1". */
export function isSet(flag: unknown): boolean {
  return flag === 1 || flag === true || flag === '1';
}
