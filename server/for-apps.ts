/** What an app may import when it runs, as `framework-m/app`; `app-types/` says it to editors and compilers. */
export { jsonFileRepository } from './documents/repositories/json-file.ts';
export { sqlTableRepository } from './documents/repositories/sql-table.ts';
