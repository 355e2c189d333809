/** The fuzzer's editors: one random edit of a DocType after the other, over HTTP, dangerous ones confirmed. */
import type { Random } from '../../integration/query/random.ts';
import type { Reply } from '../app.ts';
import { type Edit, FIELD_EDITS, type FieldEdit, fresh, isPlain, plain } from './fuzz-field-edits.ts';
import type { FuzzField } from './fuzz-values.ts';
import { CHILD, count, during, type Known, learn, newKnown, remember, type World } from './fuzz-world.ts';
import type { ServerProcess } from './server-process.ts';

/** Makes one random edit. Says what it did, and what came of it. */
export async function editSomething(world: World, server: ServerProcess, random: Random): Promise<string> {
  const known = random.pick(world.doctypes);
  const edit: Edit = { world, known, server, random };
  if (!known.exists) return `make ${known.name} again: ${await makeAgain(edit)}`;
  const [name, run] = random.pick(EDITS);
  const outcome = await run(edit);
  count(world, `${name} ${outcome}`);
  return `${name} ${known.name}: ${outcome}`;
}

/** Creates a DocType that the clients will then use. */
export async function makeDocType(world: World, server: ServerProcess, name: string): Promise<Known> {
  const known = newKnown(name);
  const fields = [
    { fieldname: 'title', fieldtype: 'Data', in_list_view: 1 },
    { fieldname: `rows_${++world.serial}`, fieldtype: 'Table', options: CHILD },
  ];
  const reply = await server.json('POST', '/api/v1/DocType', {
    name,
    module: 'Test',
    autoname: 'prompt',
    fields,
    permissions: [],
  });
  if (reply.status !== 201) throw new Error(`${name}: ${reply.status} ${reply.text}`);
  learn(known, reply.body);
  return known;
}

const EDITS: readonly [string, (edit: Edit) => Promise<string>][] = [
  ...FIELD_EDITS.map(([name, alter]) => [name, (edit: Edit) => save(edit, alter)] as const),
  ['remove and add again', removeAndAddAgain],
  ['revert', revert],
  ['rename DocType', renameDocType],
  ['remove DocType', removeDocType],
  ['new DocType', newDocType],
  ['custom field', customField],
  ['property setter', propertySetter],
  ['child', renameLabel],
].map(([name, run]) => [name, run] as [string, (edit: Edit) => Promise<string>]);

/** Reads, alters, writes with the version that was read. */
async function save(edit: Edit, alter: FieldEdit): Promise<string> {
  const { known } = edit;
  return during({ concerned: [known], identity: false }, async () => {
    const read = await edit.server.json('GET', `/api/v1/DocType/${encodeURIComponent(known.name)}`);
    if (read.status !== 200) return outcome(edit, read);
    const change = alter((read.body.fields as FuzzField[]).map(bare), edit);
    if (!change) return 'none fits';
    const body = { ...change, _version: read.body._version };
    return write(edit, { method: 'PUT', path: `/api/v1/DocType/${encodeURIComponent(known.name)}`, body });
  });
}

const ROW_KEYS = new Set(['name', 'idx', 'parent', 'parenttype', 'parentfield', 'doctype']);

function bare(field: FuzzField): FuzzField {
  return Object.fromEntries(Object.entries(field).filter(([key]) => !ROW_KEYS.has(key))) as FuzzField;
}

interface Ask {
  method: string;
  path: string;
  body?: unknown;
}

/** Sends the edit; one that is dangerous again with its hash. Learns what it made. */
async function write(edit: Edit, ask: Ask): Promise<string> {
  let reply = await edit.server.json(ask.method, ask.path, ask.body);
  for (let n = 0; n < 5 && reply.body?.type === '/problems/confirmation_required'; n++) {
    reply = await edit.server.json(ask.method, `${ask.path}?confirm=${reply.body.plan_hash}`, ask.body);
  }
  if (reply.status < 300 && Array.isArray(reply.body?.fields)) learn(edit.known, reply.body);
  return outcome(edit, reply);
}

/** Editors are told 409 for what would lose data or was edited by the other, 400 for what no DocType may be; never 500. */
function outcome({ world, known }: Edit, reply: Reply): string {
  const { status } = reply;
  if (status < 300) return 'done';
  if (status === 503 && reply.headers.get('retry-after')) return 'busy';
  if (status === 400 || status === 404 || status === 409)
    return `refused (${status} ${reply.body.errors?.[0]?.code ?? reply.body.type})`;
  world.problems.push(`edit of ${known.name}: ${status} ${reply.text.slice(0, 600)}`);
  return `failed (${status})`;
}

async function removeAndAddAgain(edit: Edit): Promise<string> {
  const candidates = edit.known.fields.filter((field) => isPlain(field) && field.fieldname !== 'title');
  if (candidates.length === 0) return 'none fits';
  const { id, ...chosen } = bare(edit.random.pick(candidates));
  const removed = await save(edit, (fields) => ({ fields: fields.filter((field) => field.id !== id) }));
  if (removed !== 'done') return removed;
  return save(edit, (fields) => ({ fields: [...fields, chosen as FuzzField] }));
}

async function revert(edit: Edit): Promise<string> {
  const { known, random } = edit;
  const path = `/api/v1/doctype/${encodeURIComponent(known.name)}`;
  return during({ concerned: [known], identity: false }, async () => {
    const { body } = await edit.server.json('GET', `${path}/history`);
    const versions = (body.items ?? []).map((entry: { version: number }) => entry.version);
    if (versions.length < 2) return 'none fits';
    const result = await write(edit, {
      method: 'POST',
      path: `${path}/revert`,
      body: { version: random.pick(versions) },
    });
    await relearn(edit);
    return result;
  });
}

async function relearn(edit: Edit): Promise<void> {
  const read = await edit.server.json('GET', `/api/v1/DocType/${encodeURIComponent(edit.known.name)}`);
  if (read.status === 200) learn(edit.known, read.body);
}

async function renameDocType(edit: Edit): Promise<string> {
  const { known } = edit;
  return during({ concerned: [known], identity: true }, async () => {
    const name = `Fuzz ${++edit.world.serial}`;
    const path = `/api/v1/DocType/${encodeURIComponent(known.name)}/rename`;
    const result = await write(edit, { method: 'POST', path, body: { name } });
    if (result === 'done') known.name = name;
    await relearn(edit);
    return result;
  });
}

async function removeDocType(edit: Edit): Promise<string> {
  const { known } = edit;
  return during({ concerned: [known], identity: true }, async () => {
    const result = await write(edit, { method: 'DELETE', path: `/api/v1/DocType/${encodeURIComponent(known.name)}` });
    if (result === 'done') known.exists = false;
    return result;
  });
}

/** The DocType that was removed: its table, its documents and its fields come back. */
async function makeAgain(edit: Edit): Promise<string> {
  const { known } = edit;
  return during({ concerned: [known], identity: true }, async () => {
    const fields = known.fields.map((field) => ({ ...bare(field), id: undefined }));
    const body = { name: known.name, module: 'Test', autoname: known.autoname, fields, permissions: [] };
    const result = await write(edit, { method: 'POST', path: '/api/v1/DocType', body });
    if (result === 'done') known.exists = true;
    return result;
  });
}

async function newDocType(edit: Edit): Promise<string> {
  if (edit.world.doctypes.length >= 5) return 'enough';
  edit.world.doctypes.push(await makeDocType(edit.world, edit.server, `Fuzz ${++edit.world.serial}`));
  return 'done';
}

/** Adds one, or takes the last one away. */
async function customField(edit: Edit): Promise<string> {
  const { known, random } = edit;
  return during({ concerned: [known], identity: false }, async () => {
    const last = known.custom.at(-1);
    if (last && random.chance(0.5)) {
      const result = await write(edit, {
        method: 'DELETE',
        path: `/api/v1/Custom%20Field/${encodeURIComponent(last.id)}`,
      });
      if (result === 'done') known.custom = known.custom.filter((field) => field !== last);
      return result;
    }
    const { fieldname, fieldtype, label, options } = fresh(
      edit,
      random.pick(['Data', 'Int', 'Select', 'Link', 'Check', 'Table']),
    );
    const body = { dt: known.name, fieldname: `c_${fieldname}`, fieldtype, label, options };
    const reply = await edit.server.json('POST', '/api/v1/Custom%20Field', body);
    if (reply.status === 201) {
      const field = { ...body, id: reply.body.name } as FuzzField;
      known.custom = [...known.custom, field];
      remember(known, field);
    }
    return outcome(edit, reply);
  });
}

async function propertySetter(edit: Edit): Promise<string> {
  const { known, random } = edit;
  const field = plain(known.fields).at(-1);
  if (!field) return 'none fits';
  return during({ concerned: [known], identity: false }, async () => {
    const property = random.pick(['label', 'description', 'in_list_view', 'search_index']);
    const value = property === 'label' || property === 'description' ? `set ${++edit.world.serial}` : '1';
    const body = { doctype_or_field: 'DocField', doc_type: known.name, field_name: field.fieldname, property, value };
    return outcome(edit, await edit.server.json('POST', '/api/v1/Property%20Setter', body));
  });
}

/** The field of the child DocType gets another name: the rows of all others keep their texts. */
async function renameLabel(edit: Edit): Promise<string> {
  const { world } = edit;
  return during({ concerned: world.doctypes, identity: false }, async () => {
    const path = `/api/v1/DocType/${encodeURIComponent(CHILD)}`;
    const read = await edit.server.json('GET', path);
    const fieldname = `label_${++world.serial}`;
    const fields = (read.body.fields as FuzzField[]).map(bare).map((field) => ({ ...field, fieldname }));
    const reply = await edit.server.json('PUT', path, { fields, _version: read.body._version });
    if (reply.status === 200) world.label = reply.body.fields[0];
    return outcome(edit, reply);
  });
}
