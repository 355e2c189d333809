/** A DocType with everything that the ways to look at a list stand on, and some documents of it. */
import type { Desk, World } from './world.ts';

export const VISITS = '/app/visit/list';
export const REST = '/api/v1/Visit';

const FIELDS = [
  { fieldname: 'subject', fieldtype: 'Data', label: 'Subject', reqd: 1, in_list_view: 1 },
  {
    fieldname: 'status',
    fieldtype: 'Select',
    label: 'Status',
    options: 'Open\nDone\nCancelled',
    default: 'Open',
    in_list_view: 1,
  },
  { fieldname: 'starts_on', fieldtype: 'Date', label: 'Starts On' },
  { fieldname: 'ends_on', fieldtype: 'Date', label: 'Ends On' },
  { fieldname: 'call_at', fieldtype: 'Datetime', label: 'Call At' },
  { fieldname: 'progress', fieldtype: 'Percent', label: 'Progress' },
  { fieldname: 'depends_on', fieldtype: 'Link', label: 'Depends On', options: 'Visit' },
  { fieldname: 'photo', fieldtype: 'Attach Image', label: 'Photo' },
  { fieldname: 'place', fieldtype: 'Geolocation', label: 'Place' },
  { fieldname: 'is_paid', fieldtype: 'Check', label: 'Is Paid', in_list_view: 1 },
  { fieldname: 'amount', fieldtype: 'Currency', label: 'Amount', in_list_view: 1 },
  { fieldname: 'secret', fieldtype: 'Data', label: 'Secret', permlevel: 1 },
];

const point = (longitude: number, latitude: number) => ({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [longitude, latitude] } }],
});

export const DOCS = [
  {
    subject: 'Harbour',
    status: 'Open',
    starts_on: '2026-03-03',
    ends_on: '2026-03-05',
    call_at: '2026-03-03T08:00:00Z',
    progress: 40,
    place: point(9.99, 53.54),
    is_paid: true,
    amount: 12.5,
    secret: 's1',
  },
  {
    subject: 'Depot',
    status: 'Done',
    starts_on: '2026-03-10',
    call_at: '2026-03-04T13:30:00Z',
    progress: 100,
    place: point(13.4, 52.5),
    is_paid: false,
    amount: -3,
  },
  {
    subject: '=HYPERLINK("x")',
    status: 'Cancelled',
    starts_on: '2026-03-17',
    ends_on: '2026-03-20',
    place: point(-0.1, 51.5),
    amount: 1_234_567.89,
  },
  { subject: 'Without a date', status: 'Open' },
];

/** The documents' names, in the order of DOCS. The third comes after the first. */
export async function makeVisits({ app }: World): Promise<string[]> {
  await app.json('POST', '/api/v1/Role', { role_name: 'Looker' });
  const made = await app.json('POST', '/api/v1/DocType', {
    name: 'Visit',
    module: 'Custom',
    custom: 1,
    autoname: 'VIS-.###',
    title_field: 'subject',
    image_field: 'photo',
    track_changes: 1,
    fields: FIELDS,
    permissions: [
      { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1, export: 1, print: 1 },
      { role: 'Looker', read: 1 },
    ],
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const names: string[] = [];
  for (const doc of DOCS) {
    const { status, body } = await app.json('POST', REST, doc);
    if (status !== 201) throw new Error(JSON.stringify(body));
    names.push(body.name as string);
  }
  await app.json('PATCH', `${REST}/${names[2]}`, { depends_on: names[0] });
  return names;
}

/** Somebody else writes it after the page has sent its own change, and before the server has it. */
export async function overtake({ page }: Desk, { app }: World, name: string): Promise<void> {
  await page.route(
    `**${REST}/*`,
    async (route) => {
      await app.json('PATCH', `${REST}/${name}`, { progress: 99 });
      await route.continue();
    },
    { times: 1 },
  );
}

/** A square of one colour as a picture of a visit. */
export async function givePhoto({ app }: World, name: string): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([PNG], { type: 'image/png' }), 'front.png');
  form.set('attached_to_doctype', 'Visit');
  form.set('attached_to_name', name);
  form.set('attached_to_field', 'photo');
  const headers = { authorization: `Bearer ${app.token}` };
  const sent = await fetch(`${app.url}/api/v1/file/upload`, { method: 'POST', headers, body: form });
  const {
    items: [file],
  } = (await sent.json()) as { items: { file_url: string }[] };
  const file_url = file?.file_url;
  if (file_url === undefined) throw new Error(`the picture was answered with ${sent.status}`);
  const written = await app.json('PATCH', `${REST}/${name}`, { photo: file_url });
  if (written.status !== 200) throw new Error(`${file_url}: ${written.text}`);
  return file_url;
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKUlEQVR42u3NMQEAAAgDoC251a3hIwRAQmZTSZIkSZIkSZIkSZIkSfLfAgkKAUHiX3pRAAAAAElFTkSuQmCC',
  'base64',
);
