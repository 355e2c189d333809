/**
 * What doctypes.ts grants the person, as predicates written by hand: own orders, those of the person's
 * territories, those that Administrator has shared with him (to read and to write alike); rows go with their order.
 */
import type { Rules } from './by-hand-sql.ts';
import { ATTRIBUTES, USER } from './data.ts';

export const RULES: Rules = {
  bench_order: (t, bind) =>
    `${t}.owner = ${bind(USER)} or ${t}.territory = any(${bind(ATTRIBUTES.territories)}::text[]) or ${t}.name in (select s.share_name from docshare s where s.share_doctype = 'Bench Order' and (s."user" = ${bind(USER)} or s.everyone) and s."read" and s.shared_by = 'Administrator')`,
  bench_customer: (t, bind) => `${t}.territory = any(${bind(ATTRIBUTES.territories)}::text[])`,
  bench_item: (t, bind) => `${t}.item_group = any(${bind(ATTRIBUTES.item_groups)}::text[])`,
};
