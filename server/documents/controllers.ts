/** The controllers of all apps by DocType: whose hooks run, in which order. `*` is every DocType. */
import type { RowRule } from '../access/row-rules.ts';
import { AppError } from '../kernel/error.ts';
import type { App, Controller, Controllers } from './contract.ts';

/** Controllers of all apps, in the order of the apps; those of `*` come last (SEMANTICS.md 1.3). */
export function createControllers(apps: readonly App[]): Controllers {
  const byDocType = new Map<string, Controller[]>();
  for (const app of apps) {
    for (const [doctype, controller] of Object.entries(app.controllers ?? {})) {
      byDocType.set(doctype, [...(byDocType.get(doctype) ?? []), controller]);
    }
  }
  const everywhere = byDocType.get('*') ?? [];
  const merged = new Map<string, readonly Controller[]>();
  for (const [doctype, controllers] of byDocType) merged.set(doctype, [...controllers, ...everywhere]);
  const of = (doctype: string) => merged.get(doctype) ?? everywhere;
  const rulesOf = (kind: 'rowRule' | 'rowsWithin') => {
    const rules = new Map<string, readonly RowRule[]>();
    return (doctype: string): readonly RowRule[] => {
      const known = rules.get(doctype);
      if (known) return known;
      const found = of(doctype).flatMap((controller) => controller[kind] ?? []);
      // Only what apps named is kept: a request's DocTypes do not fill the memory.
      if (merged.has(doctype)) rules.set(doctype, found);
      return found;
    };
  };
  return {
    of,
    has: (doctype, hook) => of(doctype).some((controller) => controller.hooks?.[hook] !== undefined),
    rowRules: rulesOf('rowRule'),
    rowsWithin: rulesOf('rowsWithin'),
  };
}

export function failHook(message: string, field = ''): never {
  throw new AppError('validation', message, { errors: [{ field, code: 'refused', message }] });
}
