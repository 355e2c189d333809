/**
 * With tenancy by column: the column that says whose a row is, and the row security that PostgreSQL keeps on
 * it, as data. Written as SQL by db/row-security.ts; knows no connection.
 */
import { isSet } from '../kernel/doctype.ts';
import { identifier, shortHash } from '../kernel/names.ts';
import { inboundOf } from './inbound.ts';
import type { DocTypePlan, Snapshot } from './plan.ts';

export interface WantedRowSecurity {
  /** Of the policies; another rule has another name, so that comparing names is comparing rules. */
  name: string;
  /** All read, only the operator writes. Otherwise each tenant has its own rows. */
  isCommon: boolean;
  /** Parents of the operator's rows that all tenants read, in a child table. */
  commonParents: readonly string[];
}

/** The policy for what a tenant owns, and one more where it reads beyond that. */
export function policyNames(wanted: WantedRowSecurity): string[] {
  return readsBeyond(wanted) ? [wanted.name, readingPolicy(wanted)] : [wanted.name];
}

export function readsBeyond(wanted: WantedRowSecurity): boolean {
  return wanted.isCommon || wanted.commonParents.length > 0;
}

export function readingPolicy(wanted: WantedRowSecurity): string {
  return `${wanted.name}_read`;
}

/** Made by migrations/0004_tenancy.ts: the tenant that the statement asks for. */
export const TENANT_CALL = 'framework_tenant()';

export function wantedRowSecurity(plan: DocTypePlan, snapshot: Snapshot): WantedRowSecurity {
  const isCommon = plan.tenancy === 'common';
  const commonParents = plan.storage === 'child' ? commonParentsOf(plan, snapshot) : [];
  const rule = JSON.stringify([RULES, isCommon, commonParents]);
  return { name: identifier('tenant', shortHash(rule)), isCommon, commonParents };
}

/** Raised when the wording of the policies changes, so that tables get the new one. */
const RULES = 1;

function commonParentsOf(plan: DocTypePlan, snapshot: Snapshot): string[] {
  const parents = inboundOf(snapshot).parents.get(plan.name) ?? [];
  const common = parents.filter(
    ({ plan: parent }) => parent.tenancy === 'common' && !isSet(parent.definition.is_virtual),
  );
  return [...new Set(common.map(({ plan: parent }) => parent.name))].sort();
}
