/** DocTypes for these tests: a plain one, a submittable one with rows, a Single. */
import type { TestApp } from '../../support/app.ts';

const TASK = {
  name: 'Task',
  module: 'Test',
  autoname: 'prompt',
  allow_rename: 1,
  track_changes: 1,
  fields: [
    { fieldname: 'title', fieldtype: 'Data', reqd: 1, in_list_view: 1 },
    { fieldname: 'points', fieldtype: 'Int' },
    { fieldname: 'after', fieldtype: 'Link', options: 'Task' },
  ],
  permissions: [],
};

const STEP = {
  name: 'Order Step',
  module: 'Test',
  istable: 1,
  fields: [
    { fieldname: 'what', fieldtype: 'Data', reqd: 1 },
    { fieldname: 'task', fieldtype: 'Link', options: 'Task' },
  ],
  permissions: [],
};

const ORDER = {
  name: 'Work Order',
  module: 'Test',
  autoname: 'WO-.####',
  is_submittable: 1,
  fields: [
    { fieldname: 'details', fieldtype: 'Tab Break', label: 'Details' },
    { fieldname: 'main', fieldtype: 'Section Break', label: 'Main' },
    { fieldname: 'subject', fieldtype: 'Data', reqd: 1, in_list_view: 1 },
    { fieldname: 'split', fieldtype: 'Column Break' },
    { fieldname: 'hours', fieldtype: 'Float' },
    { fieldname: 'more', fieldtype: 'Tab Break', label: 'More' },
    { fieldname: 'steps', fieldtype: 'Table', options: 'Order Step' },
  ],
  permissions: [],
};

const SETTINGS = {
  name: 'Work Settings',
  module: 'Test',
  issingle: 1,
  fields: [{ fieldname: 'greeting', fieldtype: 'Data', default: 'Hello' }],
  permissions: [],
};

export async function installTask(app: TestApp): Promise<void> {
  for (const doctype of [TASK, STEP, ORDER, SETTINGS]) {
    const made = await app.json('POST', '/api/v1/DocType', doctype);
    if (made.status !== 201) throw new Error(made.text);
  }
}
