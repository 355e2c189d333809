/**
 * The three operations, with the variables that the requests rotate through, and the same questions to
 * PostGraphile, whose names become ours by aliases. Orders of one day are told apart by their names.
 */
import { orderName } from './data.ts';
import { STATUSES } from './doctypes.ts';

export interface Question {
  title: string;
  ours: string;
  postgraphile: string;
  variables: readonly Record<string, unknown>[];
  /** What ours must reach, as ratios to the text by hand, and to PostGraphile. */
  goals: { text: number; postgraphile: number };
}

/** Of the person's territories (data.ts), so that everybody may see and change them. */
const NAMES = Array.from({ length: 480 }, (_, n) => orderName(n * 200 + ([1, 4, 7][n % 3] as number)));

export const QUESTIONS: readonly Question[] = [
  {
    title: 'G1 one by name, five fields',
    goals: { text: 0.85, postgraphile: 2.5 },
    variables: NAMES.map((name) => ({ name })),
    ours: `query One($name: String!) {
      bench_order_by_pk(name: $name) { name customer status order_date grand_total }
    }`,
    postgraphile: `query One($name: String!) {
      bench_order_by_pk: benchOrderByName(name: $name) { name customer status order_date: orderDate grand_total: grandTotal }
    }`,
  },
  {
    title: 'G2 twenty with customer, rows, items',
    goals: { text: 0.85, postgraphile: 1 },
    variables: STATUSES.map((status) => ({ status, limit: 20 })),
    ours: `query Page($status: String!, $limit: Int!) {
      bench_order(where: {status: {_eq: $status}}, order_by: [{order_date: desc}, {name: desc}], limit: $limit) {
        name customer status order_date grand_total
        customer_doc { customer_name territory }
        items { item qty rate item_doc { item_name } }
      }
    }`,
    postgraphile: `query Page($status: String!, $limit: Int!) {
      bench_order: allBenchOrdersList(condition: {status: $status}, orderBy: [ORDER_DATE_DESC, NAME_DESC], first: $limit) {
        name customer status order_date: orderDate grand_total: grandTotal
        customer_doc: benchCustomerByCustomer { customer_name: customerName territory }
        items: benchOrderItemsByParentIdList(orderBy: [IDX_ASC]) { item qty rate item_doc: benchItemByItem { item_name: itemName } }
      }
    }`,
  },
  {
    title: 'G3 update of one field',
    goals: { text: 0.85, postgraphile: 1.5 },
    variables: NAMES.map((name) => ({ name, notes: `seen ${name}` })),
    ours: `mutation Set($name: String!, $notes: String) {
      update_bench_order_by_pk(pk_columns: {name: $name}, _set: {notes: $notes}) { name notes }
    }`,
    // PostGraphile sets the one column; what documents keep beside it (modified, _version) a trigger sets (data.ts).
    postgraphile: `mutation Set($name: String!, $notes: String) {
      update_bench_order_by_pk: updateBenchOrderByName(input: {name: $name, benchOrderPatch: {notes: $notes}}) { benchOrder { name notes } }
    }`,
  },
];
