/** One SQL statement, ready to run: text made once per shape, values bound per request. */
export interface Statement {
  /** Prepared under this name; undefined for a statement that is not worth keeping. Must change with the text. */
  name?: string;
  text: string;
  values: readonly (string | number | boolean | null | readonly (string | null)[])[];
}
