/**
 * What a good engineer writes by hand for exactly four routes: Hono, pg with the same pool, prepared
 * statements, JSON text built by PostgreSQL, a pipelined transaction for the insert. No framework, no
 * metadata; it checks a token, as ours does, and nothing of what it need not.
 */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';
import { v7 } from 'uuid';

const TOKEN = process.env.TOKEN as string;
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 8,
  pipeline: true,
  options: '-c timezone=UTC -c jit=off',
});
const app = new Hono();

const TIME = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const STANDARD = (t: string) =>
  `${t}.id, ${t}.name, ${t}.owner, ${TIME(`${t}.creation`)} as creation, ${TIME(`${t}.modified`)} as modified, ${t}.modified_by, ${t}.docstatus, ${t}.idx, ${t}._version`;
const ORDER_FIELDS = [
  'naming_series',
  'customer',
  'customer_name',
  'territory',
  'sales_person',
  'order_date',
  'delivery_date',
  'po_no',
  'order_type',
  'status',
  'amended_from',
  'currency',
  'total_qty',
  'apply_discount',
  'discount_percentage',
  'total',
  'discount_amount',
  'grand_total',
  'terms',
  'notes',
];
const ITEM_FIELDS = ['item', 'item_name', 'description', 'qty', 'uom', 'rate', 'amount', 'delivered_qty'];
const DOCUMENT = `(select to_json(x) from (select 'Sales Order' as doctype, ${STANDARD('o')}, ${ORDER_FIELDS.map((f) => `o.${f}`).join(', ')},
  coalesce((select json_agg(to_json(r)) from (select 'Sales Order Item' as doctype, ${STANDARD('i')}, i.parent, i.parenttype, i.parentfield, ${ITEM_FIELDS.map((f) => `i."${f}"`).join(', ')}
    from sales_order_item i where i.parent_id = o.id and i.parentfield = 'items' and i.parenttype = 'Sales Order' order by i.idx, i.id) r), '[]'::json) as items) x)::text as doc`;
const JSON_HEADERS = { 'content-type': 'application/json' };

app.use(async (c, next) => {
  if (c.req.header('authorization') !== `Bearer ${TOKEN}`) return c.json({ title: 'Unauthorized' }, 401);
  await next();
});

app.get('/orders/:name', async (c) => {
  const { rows } = await pool.query({
    name: 'get',
    text: `select ${DOCUMENT}, o._version from sales_order o where o.name = $1`,
    values: [c.req.param('name')],
  });
  if (!rows[0]) return c.json({ title: 'Not Found' }, 404);
  return c.body(rows[0].doc, 200, { ...JSON_HEADERS, etag: `"${rows[0]._version}"` });
});

app.get('/orders', async (c) => {
  const status = c.req.query('status');
  const { rows } = await pool.query({
    name: 'list',
    text: `select (select coalesce(json_agg(to_json(r)), '[]')::text from (select name, customer, status, order_date, grand_total from sales_order where status = $1 order by order_date desc, id desc limit 20) r) as items,
      (select count(*) from sales_order where status = $1) as total`,
    values: [status],
  });
  const { items, total } = rows[0];
  return c.body(
    `{"items":${items},"total":${total},"limit":20,"offset":0,"has_more":${Number(total) > 20}}`,
    200,
    JSON_HEADERS,
  );
});

app.post('/orders', async (c) => {
  const body = await c.req.json();
  const client = await pool.connect();
  try {
    const begin = client.query('begin');
    const names = [...new Set(body.items.map((row: { item: string }) => row.item))];
    const [customers, items, counter] = await Promise.all([
      client.query({
        name: 'customer',
        text: 'select customer_name, territory from customer where name = $1',
        values: [body.customer],
      }),
      client.query({
        name: 'items',
        text: 'select name, item_name, uom from sales_item where name = any($1)',
        values: [names],
      }),
      client.query({
        name: 'counter',
        text: `update naming_counter set current = current + 1 where name = $1 returning current`,
        values: [`SO-${new Date().getUTCFullYear()}-`],
      }),
      begin,
    ]);
    const customer = customers.rows[0];
    const known = new Map(items.rows.map((row) => [row.name, row]));
    if (!customer || known.size !== names.length) throw new Error('unknown link');
    const id = v7();
    const name = `SO-${new Date().getUTCFullYear()}-${String(counter.rows[0].current).padStart(5, '0')}`;
    const rows = body.items as { item: string; qty: number; rate: number; amount: number }[];
    const order = client.query({
      name: 'insert',
      text: `insert into sales_order (id, name, owner, creation, modified, modified_by, naming_series, customer, customer_name, territory, order_date, currency, status, order_type, grand_total)
        values ($1, $2, 'Administrator', now(), now(), 'Administrator', 'SO-.YYYY.-.#####', $3, $4, $5, current_date, 'EUR', 'Draft', 'Domestic', $6)`,
      values: [id, name, body.customer, customer.customer_name, customer.territory, body.grand_total],
    });
    const children = client.query({
      name: 'children',
      text: `insert into sales_order_item (id, name, owner, creation, modified, modified_by, idx, parent_id, parent, parenttype, parentfield, item, item_name, uom, qty, rate, amount)
        select u.id, md5(u.id::text), 'Administrator', now(), now(), 'Administrator', u.idx, $1, $2, 'Sales Order', 'items', u.item, u.item_name, u.uom, u.qty, u.rate, u.amount
        from unnest($3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::numeric[], $9::numeric[], $10::numeric[]) as u(id, idx, item, item_name, uom, qty, rate, amount)`,
      values: [
        id,
        name,
        rows.map(() => v7()),
        rows.map((_, index) => index + 1),
        rows.map((row) => row.item),
        rows.map((row) => known.get(row.item).item_name),
        rows.map((row) => known.get(row.item).uom),
        rows.map((row) => row.qty),
        rows.map((row) => row.rate),
        rows.map((row) => row.amount),
      ],
    });
    const read = client.query({
      name: 'read',
      text: `select ${DOCUMENT} from sales_order o where o.id = $1`,
      values: [id],
    });
    const commit = client.query('commit');
    const [, , answer] = await Promise.all([order, children, read, commit]);
    return c.body(answer.rows[0].doc, 201, { ...JSON_HEADERS, location: `/orders/${name}` });
  } catch (error) {
    await client.query('rollback');
    return c.json({ title: 'Bad Request', detail: String(error) }, 400);
  } finally {
    client.release();
  }
});

app.patch('/orders/:name', async (c) => {
  const body = await c.req.json();
  const client = await pool.connect();
  try {
    const begin = client.query('begin');
    const before = client.query({
      name: 'before',
      text: `select ${DOCUMENT}, o.id, o._version, o.docstatus from sales_order o where o.name = $1 for update of o`,
      values: [c.req.param('name')],
    });
    const [{ rows }] = await Promise.all([before, begin]);
    const stored = rows[0];
    if (stored?.docstatus !== 0) throw new Error('not a draft');
    const was = JSON.parse(stored.doc);
    const update = client.query({
      name: 'update',
      text: `update sales_order set notes = $1, modified = now(), modified_by = 'Administrator', _version = _version + 1 where id = $2`,
      values: [body.notes, stored.id],
    });
    const version = client.query({
      name: 'version',
      text: `insert into version (id, name, owner, creation, modified, modified_by, ref_doctype, docname, data, version_no) values ($1::uuid, md5($1::text), 'Administrator', now(), now(), 'Administrator', 'Sales Order', $2, $3, $4)`,
      values: [
        v7(),
        was.name,
        JSON.stringify({ changed: [['notes', was.notes, body.notes]] }),
        Number(stored._version) + 1,
      ],
    });
    const read = client.query({
      name: 'read',
      text: `select ${DOCUMENT} from sales_order o where o.id = $1`,
      values: [stored.id],
    });
    const commit = client.query('commit');
    const [, , answer] = await Promise.all([update, version, read, commit]);
    return c.body(answer.rows[0].doc, 200, JSON_HEADERS);
  } catch (error) {
    await client.query('rollback');
    return c.json({ title: 'Conflict', detail: String(error) }, 409);
  } finally {
    client.release();
  }
});

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => {
  process.stdout.write(`http://127.0.0.1:${info.port}\n`);
});
process.once('SIGTERM', () => {
  server.close();
  void pool.end().then(() => process.exit(0));
});
