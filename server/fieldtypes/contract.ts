/**
 * What a field type is: plain data and pure functions, one file each, listed in registry.ts.
 * It names its GraphQL scalar and its desk widget by text and imports neither graphql, nor kysely,
 * nor Vue. Nobody outside this room tests for a field type's name; they ask these members.
 */

import type { DocField } from '../kernel/doctype.ts';
import type { Value } from '../kernel/document.ts';
import type { FieldProblem } from '../kernel/error.ts';
import type { Operator } from '../kernel/filter.ts';

export type ColumnType = 'text' | 'bigint' | 'numeric' | 'boolean' | 'date' | 'timestamptz' | 'time' | 'jsonb' | 'uuid';

export interface Column {
  type: ColumnType;
  /** NOT NULL with this default (SQL literal without quotes: "0", "false"), as Frappe's numbers have it. */
  zero?: string;
}

/** How a column becomes JSON in an answer; query/ has one SQL expression for each. */
export type JsonShape = 'plain' | 'integer' | 'timestamp' | 'secret';

/** The canonical value, or the rule that the given one breaks (without the field's path). */
export type Coerced = { value: Value } | { problem: Omit<FieldProblem, 'field'> };

export interface CoerceEnv {
  /** Now, in milliseconds UTC: for types that fill themselves. */
  now: number;
}

/** Where a link leads: to a DocType named in the definition, or in another field of the document. */
export type LinkTarget = { doctype: string } | { pointer: string };

export interface FieldType {
  name: string;
  /** Absent: the type has no column (layout, child tables, buttons). */
  column?: Column;
  json: JsonShape;
  /** GraphQL scalar by name: String, Boolean, bigint, numeric, date, timestamptz, time, json. */
  graphql: string;
  /** Desk widget by name. */
  widget: string;
  /** JSON Schema 2020-12 of the value in a document. Child rows are described by the caller. */
  jsonSchema(field: DocField): Record<string, unknown>;
  /** From the wire (any JSON) to the canonical value; null and "" are handled by the caller unless `zero`. */
  coerce(value: unknown, field: DocField, env: CoerceEnv): Coerced;
  /** Canonical value to a parameter for PostgreSQL; identity when absent. */
  toColumn?(value: Value): string | number | boolean | null;
  /** A value of a filter for this field, canonical; absent: `coerce`. */
  operators: readonly Operator[];
  /** The field's `default` text as a canonical value for a new document, or undefined for none. */
  defaultValue(text: string, field: DocField, env: CoerceEnv): Value | undefined;
  /** Whether a canonical value counts as missing for `reqd`. */
  isMissing(value: Value | undefined): boolean;
  /** Rules that the definition breaks (options, default, length …): FORMAT.md section 8. `field` is the key, as `options`. */
  checkField(field: DocField): FieldProblem[];
  /** Optional powers. */
  children?: true;
  /** Where a value links to, read from the definition; undefined when the definition names nothing. */
  linkTarget?(field: DocField): LinkTarget | undefined;
  secret?: true;
  /** Its value is the address of a file, whose rights the writer must have. */
  file?: true;
  /** Its value is HTML and is sanitised on write unless the field says `ignore_xss_filter`. */
  html?: true;
  /** May carry `unique`, `search_index`, `in_list_view`. */
  canBeUnique: boolean;
  canBeIndexed: boolean;
  canBeListed: boolean;
}
