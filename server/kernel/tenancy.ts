/**
 * Words of tenancy. `column`: many tenants share one database and one set of DocTypes; each row says whose it
 * is, and a statement says for whom it asks. `single`: none of this exists.
 */
export type TenancyMode = 'single' | 'column';

/**
 * Whose the documents of a DocType are. `own`: each tenant has its own. `common`: one set that all tenants
 * read and only the operator writes. `global names`: each has its own, under names that nobody else has.
 */
export type Tenancy = 'own' | 'common' | 'global names';

/** The column that holds the tenant. No field: no request can name it, and no field takes its place. */
export const TENANT_COLUMN = '_tenant';

/** In the place of a tenant: the operator, who writes what is common, and whose documents no tenant sees. */
export const OPERATOR = '*';

/** What a statement says that means all rows, whoever's they are: edits of the schema, never a request. */
export const EVERY_TENANT = '**';

/** What a statement says that asks for nobody, and gets nothing. */
export const NOBODY = '';

/** As a part of a host name is written, so that it fits into one, into a path and into a key. */
export function isTenantName(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/** A tenant in the strict sense: not the operator. */
export function isTenant(tenant: string | undefined): tenant is string {
  return tenant !== undefined && tenant !== OPERATOR;
}
