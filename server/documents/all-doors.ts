/** The documents operations as hooks are given them. */

import { parseListRequest } from '../query/wire.ts';
import type { Context, Doors } from './contract.ts';
import { createDocument } from './create.ts';
import { parseDocument } from './load.ts';
import { getDocument, listDocuments, type ReadDocument } from './read.ts';
import { removeDocument } from './remove.ts';
import { cancelDocument, submitDocument } from './transition.ts';
import { updateDocument } from './update.ts';

const parsed = async (written: Promise<ReadDocument>) => parseDocument((await written).text);

export const doors: Doors = {
  get: getDocument,
  list: (ctx: Context, doctype, params = {}) => {
    const text = new Map(
      Object.entries(params).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
    return listDocuments(ctx, doctype, parseListRequest(text));
  },
  create: (ctx, doctype, given) => parsed(createDocument(ctx, { doctype, given })),
  update: (ctx, doctype, name, given, options) => parsed(updateDocument(ctx, { doctype, name, given, ...options })),
  remove: (ctx, doctype, name) => removeDocument(ctx, { doctype, name }),
  submit: (ctx, doctype, name) => parsed(submitDocument(ctx, { doctype, name })),
  cancel: (ctx, doctype, name) => parsed(cancelDocument(ctx, { doctype, name })),
};
