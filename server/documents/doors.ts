/** The signatures of the documents operations, so that hooks can be given them without a circle. */
import type { Document } from '../kernel/document.ts';
import type { Context } from './context.ts';

/** A document as the outside gives it: any JSON object. */
export type GivenDocument = Readonly<Record<string, unknown>>;

export interface WriteOptions {
  /** The version that the caller saw; another one stored is a `conflict`. */
  version?: number;
}

export interface Doors {
  get(ctx: Context, doctype: string, name: string): Promise<Document>;
  list(ctx: Context, doctype: string, params?: Readonly<Record<string, unknown>>): Promise<Document[]>;
  create(ctx: Context, doctype: string, given: GivenDocument): Promise<Document>;
  update(ctx: Context, doctype: string, name: string, given: GivenDocument, options?: WriteOptions): Promise<Document>;
  remove(ctx: Context, doctype: string, name: string): Promise<void>;
  submit(ctx: Context, doctype: string, name: string): Promise<Document>;
  cancel(ctx: Context, doctype: string, name: string): Promise<Document>;
}
