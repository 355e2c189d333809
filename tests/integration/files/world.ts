/** People with different rights, documents that files hang on, and uploads as browsers and simple clients send them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { AppInput } from '../../../server/app.ts';
import { type Client, createTestApp, type Reply, type TestApp, type UserClient } from '../../support/app.ts';

const ALL = { read: 1, write: 1, create: 1, delete: 1 };

const DOCTYPES = [
  {
    name: 'Paper',
    module: 'Test',
    autoname: 'prompt',
    allow_rename: 1,
    fields: [
      { fieldname: 'title', fieldtype: 'Data' },
      { fieldname: 'open_to', fieldtype: 'Data' },
      { fieldname: 'scan', fieldtype: 'Attach' },
      { fieldname: 'photo', fieldtype: 'Attach Image' },
      { fieldname: 'pages', fieldtype: 'Table', options: 'Paper Page' },
      { fieldname: 'body', fieldtype: 'Text Editor' },
    ],
    permissions: [
      { role: 'System Manager', ...ALL },
      { role: 'Clerk', ...ALL, if_owner: 1 },
      { role: 'Clerk', read: 1, condition: 'doc.open_to == user' },
      { role: 'Auditor', read: 1 },
    ],
  },
  {
    name: 'Notice',
    module: 'Test',
    autoname: 'prompt',
    is_submittable: 1,
    max_attachments: 3,
    fields: [
      { fieldname: 'text', fieldtype: 'Data' },
      { fieldname: 'poster', fieldtype: 'Attach', allow_on_submit: 1 },
    ],
    permissions: [
      { role: 'System Manager', ...ALL, submit: 1, cancel: 1, amend: 1 },
      { role: 'Clerk', read: 1 },
    ],
  },
];
const PAGE = {
  name: 'Paper Page',
  module: 'Test',
  istable: 1,
  fields: [{ fieldname: 'picture', fieldtype: 'Attach' }],
  permissions: [],
};

export interface World {
  app: TestApp;
  folder: string;
  alice: UserClient;
  bob: UserClient;
  auditor: UserClient;
}

export async function fileWorld(options: Partial<AppInput> = {}): Promise<World> {
  const app = await createTestApp(options);
  for (const doctype of [PAGE, ...DOCTYPES]) await must(app.json('POST', '/api/v1/DocType', doctype));
  const [alice, bob, auditor] = [
    await app.user({ name: 'alice@x.test', roles: ['Clerk'] }),
    await app.user({ name: 'bob@x.test', roles: ['Clerk'] }),
    await app.user({ name: 'audit@x.test', roles: ['Auditor'] }),
  ];
  return { app, folder: app.filesDir, alice, bob, auditor };
}

export async function must(asked: Promise<Reply>): Promise<Reply> {
  const reply = await asked;
  if (reply.status >= 300) throw new Error(reply.text);
  return reply;
}

export interface Sent {
  name: string;
  content: string | Uint8Array;
  /** What the sender says that it is. */
  type?: string;
}

/** As a browser sends a form. */
export async function send(
  at: { url: string },
  who: Client,
  files: readonly Sent[],
  fields: Readonly<Record<string, string>> = {},
  more: { path?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const form = new FormData();
  for (const { name, content, type } of files) form.append('file', new Blob([content as BlobPart], { type }), name);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return read(
    await fetch(at.url + (more.path ?? '/api/v1/file/upload'), {
      method: 'POST',
      body: form,
      headers: { ...signedIn(who), ...more.headers },
    }),
  );
}

/** The one File document that an upload made. */
// biome-ignore lint/suspicious/noExplicitAny: documents of any shape
export async function sent(...args: Parameters<typeof send>): Promise<any> {
  const reply = await send(...args);
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body.items[0];
}

export function signedIn(who: Client): Record<string, string> {
  return who.token === '' ? {} : { authorization: `Bearer ${who.token}` };
}

export async function fetchFile(
  at: { url: string },
  who: Client,
  target: string,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(at.url + target, { ...init, headers: { ...signedIn(who), ...init.headers } });
}

export async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }
  return { status: response.status, headers: response.headers, text, body };
}

export const attached = (doctype: string, name: string, field?: string): Record<string, string> => ({
  attached_to_doctype: doctype,
  attached_to_name: name,
  ...(field === undefined ? {} : { attached_to_field: field }),
});

/** Everything in the store, by its path within. */
export function stored(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort();
  } catch {
    return [];
  }
}

export function contents(folder: string): string[] {
  return stored(folder).filter((file) => !/^(drafts|orphans)/.test(file));
}

export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
