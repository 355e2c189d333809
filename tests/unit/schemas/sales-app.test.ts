/** The demo's controllers, and that its orders agree with them. */
import { describe, expect, test } from 'vitest';
import app from '../../../seeds/crm/app.ts';
import type { Document } from '../../../server/kernel/document.ts';
import { seedDocuments } from './shipped.ts';

const { hooks, computed } = app.controllers['Sales Order'];
const orders = seedDocuments('crm').filter(({ doctype }) => doctype === 'Sales Order');

/** Runs a hook as the server would; the refusals as `field: message`. */
function run(
  hook: (argument: { doc: Document; fail: (message: string, field?: string) => never }) => void,
  doc: Document,
): string {
  try {
    hook({
      doc,
      fail(message, field) {
        throw new Error(`${field}: ${message}`);
      },
    });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('Sales Order', () => {
  test.each(orders)('$where has the totals that the server will compute', ({ doc }) => {
    const again = structuredClone(doc);
    expect(run(hooks.validate, again)).toBe('');
    expect(again).toEqual(doc);
    expect(doc.grand_total).toBeGreaterThan(0);
  });

  test('totals are exact to the cent', () => {
    const doc: Document = {
      apply_discount: true,
      discount_percentage: 12.5,
      items: [
        { qty: 3, rate: 0.335 },
        { qty: 1, rate: 1.005 },
      ],
    };
    expect(run(hooks.validate, doc)).toBe('');
    expect(doc).toMatchObject({ total_qty: 4, total: 2.02, discount_amount: 0.25, grand_total: 1.77 });
    expect(computed.items_count(doc)).toBe(2);
  });

  test('a discount that is switched off counts no more', () => {
    const doc: Document = { apply_discount: false, discount_percentage: 50, items: [{ qty: 2, rate: 10 }] };
    run(hooks.validate, doc);
    expect(doc).toMatchObject({ discount_percentage: 0, grand_total: 20 });
  });

  test.each([
    [{ items: [{ qty: 1 }, { qty: 0 }] }, 'items[1].qty: Row 2: the quantity must be above 0, not 0.'],
    [
      { order_date: '2026-03-02', delivery_date: '2026-03-01', items: [] },
      'delivery_date: The delivery date 2026-03-01 is before',
    ],
    [
      { apply_discount: true, discount_percentage: 101, items: [] },
      'discount_percentage: The discount must be between 0 and 100',
    ],
  ])('%j is refused', (doc, message) => {
    expect(run(hooks.validate, doc)).toContain(message);
  });

  test('an amendment begins anew', () => {
    const doc: Document = { amended_from: 'SO-1', status: 'Cancelled', items: [{ qty: 2, delivered_qty: 1 }] };
    expect(run(hooks.before_insert, doc)).toBe('');
    expect(doc).toMatchObject({ status: 'Draft', items: [{ qty: 2, delivered_qty: 0 }] });
  });

  test('submitting promises delivery, cancelling ends it, and nothing for nothing is sold', () => {
    const doc: Document = { status: 'Draft', grand_total: 10 };
    run(hooks.before_submit, doc);
    expect(doc.status).toBe('To Deliver');
    run(hooks.before_cancel, doc);
    expect(doc.status).toBe('Cancelled');
    expect(run(hooks.before_submit, { grand_total: 0 })).toContain('items: An order without a value');
  });
});

test('a deal that is over is certain', () => {
  const won: Document = { stage: 'Won', probability: 70 };
  const lost: Document = { stage: 'Lost', probability: 70 };
  const { validate } = app.controllers.Opportunity.hooks;
  run(validate, won);
  run(validate, lost);
  expect([won.probability, lost.probability]).toEqual([100, 0]);
});

test('a lead is called by first and last name, or by one of them', () => {
  const docs: Document[] = [
    { first_name: 'Ada', last_name: 'Moor' },
    { first_name: 'Ada', last_name: null },
  ];
  for (const doc of docs) run(app.controllers.Lead.hooks.validate, doc);
  expect(docs.map((doc) => doc.lead_name)).toEqual(['Ada Moor', 'Ada']);
});
