/** People with different rights on a few DocTypes, and short ways to what hangs on their documents. */
import type { Client, TestApp, UserClient } from '../../support/app.ts';
import { createTestApp } from '../../support/app.ts';

export interface World {
  app: TestApp;
  /** May write all projects; so may ed. */
  ada: UserClient;
  ed: UserClient;
  /** May read them. */
  rita: UserClient;
  /** May read those that he made. */
  own: UserClient;
  /** Knows no project. */
  nina: UserClient;
  /** May choose projects, and read none. */
  chris: UserClient;
  /** A System Manager without a right on projects. */
  boss: UserClient;
  /** A project of ada's. */
  project(name?: string): Promise<string>;
  close(): Promise<void>;
}

const PROJECT = {
  name: 'Project',
  module: 'Test',
  autoname: 'prompt',
  allow_rename: 1,
  track_changes: 1,
  title_field: 'title',
  fields: [
    { fieldname: 'title', fieldtype: 'Data', label: 'Title', reqd: 1, in_list_view: 1 },
    { fieldname: 'status', fieldtype: 'Select', label: 'State', options: 'Open\nDone' },
    { fieldname: 'cost', fieldtype: 'Int', label: 'Cost', permlevel: 1 },
    { fieldname: 'steps', fieldtype: 'Table', label: 'Steps', options: 'Project Step' },
  ],
  links: [{ link_doctype: 'Errand', link_fieldname: 'project', group: 'Work' }],
  permissions: [
    { role: 'Writer', read: 1, write: 1, create: 1, delete: 1, share: 1, print: 1 },
    { role: 'Writer', permlevel: 1, read: 1, write: 1 },
    { role: 'Reader', read: 1, print: 1 },
    { role: 'Maker', read: 1, write: 1, create: 1, if_owner: 1 },
    { role: 'Chooser', select: 1 },
  ],
};

const STEP = {
  name: 'Project Step',
  module: 'Test',
  istable: 1,
  fields: [{ fieldname: 'what', fieldtype: 'Data', label: 'What' }],
  permissions: [],
};

const ERRAND = {
  name: 'Errand',
  module: 'Test',
  autoname: 'hash',
  fields: [
    { fieldname: 'project', fieldtype: 'Link', label: 'Project', options: 'Project' },
    { fieldname: 'secret_project', fieldtype: 'Link', label: 'Secret', options: 'Project', permlevel: 1 },
  ],
  permissions: [
    { role: 'Writer', read: 1, write: 1, create: 1, permlevel: 0 },
    { role: 'Writer', permlevel: 1, read: 1, write: 1 },
    { role: 'Reader', read: 1, condition: 'doc.owner == user' },
    { role: 'Reader', create: 1 },
  ],
};

export async function openWorld(): Promise<World> {
  const app = await createTestApp();
  for (const role of ['Writer', 'Reader', 'Maker', 'Chooser'])
    await ok(app, 'POST', '/api/v1/Role', { role_name: role });
  for (const doctype of [STEP, PROJECT, ERRAND]) await ok(app, 'POST', '/api/v1/DocType', doctype);
  const ada = await app.user({ name: 'ada@example.com', roles: ['Writer'], fields: { first_name: 'Ada' } });
  let count = 0;
  return {
    app,
    ada,
    ed: await app.user({ name: 'ed', roles: ['Writer'] }),
    rita: await app.user({ name: 'rita', roles: ['Reader'] }),
    own: await app.user({ name: 'own', roles: ['Maker'] }),
    nina: await app.user({ name: 'nina', roles: [] }),
    chris: await app.user({ name: 'chris', roles: ['Chooser'] }),
    boss: await app.user({ name: 'boss', roles: ['System Manager'] }),
    async project(name = `project ${++count}`) {
      await ok(ada, 'POST', '/api/v1/Project', { name, title: `Title of ${name}`, cost: 1 });
      return name;
    },
    close: () => app.close(),
  };
}

/** The body of an answer that must be a success. */
export async function ok(client: Client, method: string, path: string, ask?: unknown) {
  const reply = await client.json(method, path, ask);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
}

export function at(name: string, part = ''): string {
  return `/api/v1/Project/${encodeURIComponent(name)}${part}`;
}

export async function statusOf(client: Client, method: string, path: string, ask?: unknown): Promise<number> {
  return (await client.json(method, path, ask)).status;
}
