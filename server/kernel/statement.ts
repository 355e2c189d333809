/** One SQL statement, ready to run: text made once per shape, values bound per request. */
export interface Statement {
  /** Prepared under this name; undefined for a statement that is not worth keeping. Must change with the text. */
  name?: string;
  text: string;
  /** Fails when the row that it changes is no longer the one that was read. */
  expectsRow?: true;
  /** The same where it is a transaction by itself: it fails by changing no row. */
  alone?: { name: string; text: string };
  values: readonly (string | number | boolean | null | readonly (string | null)[])[];
}
