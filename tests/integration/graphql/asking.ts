/** Asking /graphql in tests, and the demo app that much is asked of. */
import path from 'node:path';
import { expect } from 'vitest';
import { loadAppModule, readAppFolder } from '../../../server/app-folder.ts';
import { installDocTypes, installDocuments } from '../../../server/install-app.ts';
import { type Client, createTestApp, type Reply, type TestApp } from '../../support/app.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads into answers of every shape
export type Data = any;

export interface GraphqlError {
  message: string;
  path?: readonly string[];
  locations?: readonly { line: number; column: number }[];
  extensions: {
    code: string;
    status: number;
    request_id: string;
    errors: { field: string; code: string; message: string }[];
  };
}

/** An application with the documents and the behaviour of the demo app for sales. */
export async function createCrm(): Promise<TestApp> {
  const crm = await readAppFolder(path.resolve(import.meta.dirname, '../../../seeds/crm'));
  const app = await createTestApp({ apps: [await loadAppModule(crm)] });
  await installDocTypes(app.app, crm);
  await installDocuments(app.app, crm);
  return app;
}

export function ask(client: Client, query: string, variables?: unknown, more?: object): Promise<Reply> {
  return client.json('POST', '/graphql', { query, variables, ...more });
}

/** The data of an answer without errors. */
export async function dataOf(client: Client, query: string, variables?: unknown): Promise<Data> {
  const reply = await ask(client, query, variables);
  expect(reply.status, reply.text).toBe(200);
  expect(reply.body.errors, `${query}\n${reply.text.slice(0, 1000)}`).toBeUndefined();
  return reply.body.data;
}

/** The one error of an answer that has no data. */
export async function errorOf(client: Client, query: string, variables?: unknown): Promise<GraphqlError> {
  const reply = await ask(client, query, variables);
  expect(reply.body.errors, `${query}\n${reply.text.slice(0, 1000)}`).toHaveLength(1);
  expect(reply.body.data ?? null).toBeNull();
  const [error] = reply.body.errors;
  expect(error.extensions.request_id).toBe(reply.headers.get('x-request-id'));
  return error;
}

/** POSTs a DocType whose documents Administrator may do everything with. */
export async function makeDocType(client: Client, definition: Record<string, unknown>): Promise<void> {
  const permissions = [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1, ...SUBMITTING(definition.is_submittable) },
  ];
  const given = { module: 'Test', ...(definition.istable ? {} : { permissions }), ...definition };
  const reply = await client.json('POST', '/api/v1/DocType', given);
  expect(reply.status, reply.text).toBe(201);
}

const SUBMITTING = (is: unknown): object => (is ? { submit: 1, cancel: 1, amend: 1 } : {});

/** Names, in the order of the answer. */
export function names(list: readonly { name: string }[]): string[] {
  return list.map(({ name }) => name);
}
