/**
 * The port through which documents that describe DocTypes (Custom Field, Property Setter) reach the
 * schema: the room that edits DocTypes stands above this one and is given as a value.
 */
import type { WriteContext } from './context.ts';

export interface SchemaSync {
  /** Compiles the DocType anew in the write's transaction. Throws when the result is no valid DocType. */
  customized(ctx: WriteContext, doctype: string): Promise<void>;
}
