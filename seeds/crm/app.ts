/**
 * What the sales app does beside its data: totals of an order, names of leads, computed fields.
 * An app module exports `controllers`, by DocType: `hooks` run at their point of the document's life
 * with `{ doc, before, actor, doors, fail }`, `computed` gives the values of fields marked `is_virtual`.
 * A hook changes `doc` in place; `fail(message, field)` ends the write, and nothing is kept.
 */
import type { App, Document, HookArgument } from 'framework-m/app';

/** What the hooks below take of what they are given. */
type Hook = Pick<HookArgument, 'doc' | 'fail'>;

export default {
  controllers: {
    'Sales Order': {
      hooks: {
        before_insert: beforeInsertOrder,
        validate: validateOrder,
        before_submit: beforeSubmitOrder,
        before_cancel: beforeCancelOrder,
      },
      computed: { items_count: (doc) => rows(doc, 'items').length },
    },
    Opportunity: {
      hooks: { validate: validateOpportunity },
    },
    Lead: {
      hooks: {
        validate({ doc }: Hook): void {
          doc.lead_name = [doc.first_name, doc.last_name].filter(Boolean).join(' ');
        },
      },
    },
  },
} satisfies App;

/** An amendment is a copy of what was cancelled: it begins anew. */
function beforeInsertOrder({ doc }: Hook): void {
  if (!doc.amended_from) return;
  doc.status = 'Draft';
  for (const row of rows(doc, 'items')) row.delivered_qty = 0;
}

function validateOrder({ doc, fail }: Hook): void {
  rows(doc, 'items').forEach((row, index) => {
    if (number(row.qty) > 0) return;
    fail(
      `Row ${index + 1}: the quantity must be above 0, not ${number(row.qty)}. Remove the row if nothing is ordered.`,
      `items[${index}].qty`,
    );
  });
  if (text(doc.delivery_date) && text(doc.order_date) && text(doc.delivery_date) < text(doc.order_date)) {
    fail(
      `The delivery date ${text(doc.delivery_date)} is before the order date ${text(doc.order_date)}. Choose a later day.`,
      'delivery_date',
    );
  }
  if (!doc.apply_discount) doc.discount_percentage = 0;
  if (number(doc.discount_percentage) < 0 || number(doc.discount_percentage) > 100) {
    fail(
      `The discount must be between 0 and 100 percent, not ${number(doc.discount_percentage)}.`,
      'discount_percentage',
    );
  }
  setTotals(doc);
}

function setTotals(doc: Document): void {
  let quantity = 0;
  let total = 0;
  for (const row of rows(doc, 'items')) {
    row.amount = money(number(row.qty) * number(row.rate));
    quantity += number(row.qty);
    total += row.amount;
  }
  doc.total_qty = money(quantity);
  doc.total = money(total);
  doc.discount_amount = money((doc.total * number(doc.discount_percentage)) / 100);
  doc.grand_total = money(doc.total - doc.discount_amount);
}

function beforeSubmitOrder({ doc, fail }: Hook): void {
  if (number(doc.grand_total) <= 0)
    fail('An order without a value cannot be submitted. Give at least one row a rate.', 'items');
  if (doc.status === 'Draft') doc.status = 'To Deliver';
}

function beforeCancelOrder({ doc }: Hook): void {
  doc.status = 'Cancelled';
}

/** A deal that is over is certain: won is 100 percent, lost is 0. */
function validateOpportunity({ doc }: Hook): void {
  if (doc.stage === 'Won') doc.probability = 100;
  if (doc.stage === 'Lost') doc.probability = 0;
}

function rows(doc: Document, fieldname: string): Document[] {
  const value = doc[fieldname];
  return Array.isArray(value) ? (value as Document[]) : [];
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : Number(value ?? 0) || 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Two decimals, halves away from zero; the small term undoes what binary fractions lose (1.005). */
function money(value: number): number {
  return Math.sign(value) * (Math.round(Math.abs(value) * 100 + 1e-7) / 100);
}
