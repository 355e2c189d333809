/** Aggregates over rows in memory, with PostgreSQL's results: null over nothing, exact sums of integers. */
import type { Value } from '../kernel/document.ts';
import type { AggregateItem } from './aggregates.ts';
import { comparable, compareValues, type MemoryRow, orderText, valueAt } from './in-memory-filter.ts';

export function aggregate(item: AggregateItem, rows: readonly MemoryRow[]): Value {
  const { at } = item;
  if (!at) return rows.length;
  const present = rows.map((row) => valueAt(row, at)).filter((value) => comparable(at.field, value) !== null);
  const values = item.distinct ? distinct(item, present) : present;
  if (item.fn === 'count') return values.length;
  if (values.length === 0) return null;
  if (item.fn === 'sum') return sum(values);
  if (item.fn === 'avg') return Number(sum(values)) / values.length;
  const sign = item.fn === 'min' ? 1 : -1;
  return values.reduce((best, value) =>
    sign * compareValues(comparable(at.field, value), comparable(at.field, best)) < 0 ? value : best,
  );
}

function distinct(item: AggregateItem, values: readonly Value[]): Value[] {
  const seen = new Map<string, Value>();
  for (const value of values) {
    const key = item.at ? orderText(comparable(item.at.field, value)) : '';
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

/** Integers are added exactly and travel as text beyond 2^53; anything else as numbers. */
function sum(values: readonly Value[]): number | string {
  const isWhole = values.every((value) => typeof value === 'boolean' || /^-?\d+$/.test(String(value)));
  if (!isWhole) return values.reduce<number>((total, value) => total + Number(value), 0);
  const total = values.reduce<bigint>((all, value) => all + BigInt(value as string | number | boolean), 0n);
  return Number.isSafeInteger(Number(total)) ? Number(total) : String(total);
}
