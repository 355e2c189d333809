/** The DocTypes of the query tests: a tree, a target of Links, a child table, one with every kind of column, a Single. */
import type { Access } from '../../../server/access/decide.ts';
import { ALL } from '../../../server/kernel/filter.ts';
import type { DocTypePlan, Snapshot } from '../../../server/schema/plan.ts';
import { docType, planOf, snapshotOf } from '../../support/plans.ts';

export const territory = planOf(
  docType('Territory', ['title Data', 'manager Data'], { is_tree: 1, sort_field: 'name', sort_order: 'ASC' }),
);
export const customer = planOf(
  docType('Customer', ['title! Data', 'territory Link Territory', 'credit Currency', 'vip Check', 'secret Password'], {
    title_field: 'title',
    search_fields: 'territory',
  }),
);
export const item = planOf(
  docType('Sales Order Item', ['item_code! Data', 'qty Int', 'rate Float', 'maker Link Customer'], { istable: 1 }),
);
export const order = planOf(
  docType(
    'Sales Order',
    [
      'status! Select Draft\nOpen\nClosed',
      'customer! Link Customer',
      'amount Currency',
      'pieces Int',
      'big Long_Int',
      'due Date',
      'at Datetime',
      'clock Time',
      'note Small_Text',
      'paid Check',
      'meta JSON',
      'pin Password',
      'kind Link DocType',
      'subject Dynamic_Link kind',
      'intro Section_Break',
      'items Table Sales Order Item',
      'extras Table Sales Order Item',
    ],
    { sort_field: 'modified', sort_order: 'DESC' },
  ),
  // Renamed once: the column kept its old name.
  { note: 'remark' },
);
export const settings = planOf(docType('Shop Settings', ['title Data', 'limit_days Int'], { issingle: 1 }));

export const PLANS: readonly DocTypePlan[] = [territory, customer, item, order, settings];
export const snapshot: Snapshot = snapshotOf(PLANS);

/** Everyone may see everything. */
export function openAccess(): Access {
  return { allowed: true, rows: ALL, canRead: () => true, canWrite: () => true, isVisible: true, key: 'open' };
}
