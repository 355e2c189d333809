/** What these tests ask of: projects with tasks of every kind of field, orders with rows, a Single, and an app with code. */
import type { App } from '../../../server/documents/contract.ts';
import { createTestApp, type Reply, type TestApp } from '../../support/app.ts';

const RIGHTS = { read: 1, write: 1, create: 1, delete: 1, share: 1 };
const permissions = [{ role: 'System Manager', ...RIGHTS }];

const DOCTYPES = [
  {
    name: 'Project',
    module: 'Test',
    autoname: 'prompt',
    allow_rename: 1,
    title_field: 'full_title',
    search_fields: 'full_title,region',
    show_title_field_in_link: 1,
    fields: [
      { fieldname: 'full_title', fieldtype: 'Data', reqd: 1, in_list_view: 1 },
      { fieldname: 'region', fieldtype: 'Select', options: 'North\nSouth' },
      { fieldname: 'enabled', fieldtype: 'Check', default: '1' },
    ],
    permissions,
  },
  {
    name: 'Task',
    module: 'Test',
    autoname: 'prompt',
    allow_rename: 1,
    fields: [
      { fieldname: 'title', fieldtype: 'Data', reqd: 1, in_list_view: 1 },
      { fieldname: 'project', fieldtype: 'Link', options: 'Project' },
      { fieldname: 'is_done', fieldtype: 'Check' },
      { fieldname: 'points', fieldtype: 'Int' },
      { fieldname: 'cost', fieldtype: 'Currency' },
      { fieldname: 'due', fieldtype: 'Date' },
      { fieldname: 'starts', fieldtype: 'Datetime' },
      { fieldname: 'at', fieldtype: 'Time' },
      { fieldname: 'more', fieldtype: 'JSON' },
      { fieldname: 'code', fieldtype: 'Data', unique: 1 },
      { fieldname: 'secret', fieldtype: 'Password' },
      { fieldname: 'once', fieldtype: 'Data', set_only_once: 1 },
    ],
    permissions,
  },
  {
    name: 'Order Line',
    module: 'Test',
    istable: 1,
    fields: [
      { fieldname: 'what', fieldtype: 'Data', reqd: 1 },
      { fieldname: 'task', fieldtype: 'Link', options: 'Task' },
      { fieldname: 'is_free', fieldtype: 'Check' },
      { fieldname: 'when_due', fieldtype: 'Datetime' },
    ],
    permissions: [],
  },
  {
    name: 'Work Order',
    module: 'Test',
    autoname: 'WO-.####',
    is_submittable: 1,
    fields: [
      { fieldname: 'main', fieldtype: 'Section Break', label: 'Main' },
      { fieldname: 'subject', fieldtype: 'Data', reqd: 1 },
      { fieldname: 'hours', fieldtype: 'Float' },
      { fieldname: 'lines', fieldtype: 'Table', options: 'Order Line' },
    ],
    permissions: [{ role: 'System Manager', ...RIGHTS, submit: 1, cancel: 1, amend: 1 }],
  },
  {
    name: 'Work Settings',
    module: 'Test',
    issingle: 1,
    fields: [
      { fieldname: 'greeting', fieldtype: 'Data', default: 'Hello' },
      { fieldname: 'is_open', fieldtype: 'Check' },
    ],
    permissions,
  },
];

const APP: App = {
  functions: {
    'test_app.api.echo': ({ args, actor }) => ({ args, user: actor.user }),
    'test_app.api.make_task': async ({ args, doors }) =>
      (await doors.create('Task', { name: String(args.name), title: 'made by code' })).name,
    'test_app.api.refuse': ({ fail }) => fail('The stars are not right.'),
  },
  controllers: {
    'Work Order': {
      methods: {
        double_hours: async ({ args, doors }) => {
          const order = await doors.get('Work Order', String(args.name));
          await doors.update('Work Order', String(args.name), { hours: Number(order.hours) * 2 });
          return 'doubled';
        },
        count_all: async ({ doors }) => (await doors.list('Work Order', { limit: 100 })).length,
      },
    },
  },
};

export async function frappeWorld(): Promise<TestApp> {
  const app = await createTestApp({ apps: [APP] });
  for (const doctype of DOCTYPES) await must(app.json('POST', '/api/v1/DocType', doctype));
  return app;
}

export async function must(asked: Promise<Reply>): Promise<Reply> {
  const reply = await asked;
  if (reply.status >= 300) throw new Error(reply.text);
  return reply;
}

export function form(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString();
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The messages of a v1 answer, which are JSON within JSON. */
export function messagesOf(reply: Reply): string[] {
  const list = JSON.parse(reply.body._server_messages as string) as string[];
  return list.map((text) => (JSON.parse(text) as { message: string }).message);
}
