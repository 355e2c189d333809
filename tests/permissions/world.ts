/**
 * A company with its rules, as plain data: what the oracle judges and what is loaded into the server.
 * Knows nothing of the server's code.
 */
export const RIGHTS = [
  ...['select', 'read', 'write', 'create', 'delete'],
  ...['submit', 'cancel', 'amend', 'share', 'report', 'export'],
] as const;
export type Right = (typeof RIGHTS)[number];

export type FieldKind = 'text' | 'select' | 'int' | 'check' | 'link' | 'rows';

export interface Field {
  name: string;
  kind: FieldKind;
  /** Target of a link, child DocType of rows. */
  to?: string;
  level: number;
  ignoresRestrictions?: boolean;
  /** The server adds it by itself, so nobody writes it. */
  isGiven?: boolean;
}

/** A DocPerm row. `condition` is a text such as `doc.status == "Open"`. */
export interface Rule {
  role: string;
  level: number;
  ifOwner?: boolean;
  condition?: string;
  rights: readonly Right[];
}

export interface Type {
  name: string;
  fields: readonly Field[];
  isChild?: boolean;
  isTree?: boolean;
  isSubmittable?: boolean;
  /** Absent: the field called `title`. */
  titleField?: string;
  searchFields: readonly string[];
  rlsField?: string;
  rules: readonly Rule[];
  /** Replace `rules` when there is one. */
  customRules: readonly Rule[];
}

export interface Person {
  name: string;
  isSystemUser: boolean;
  roles: string[];
  profiles: string[];
  teams: readonly string[];
  attributes: Readonly<Record<string, string | readonly string[]>>;
}

export interface Restriction {
  user: string;
  allow: string;
  value: string;
  applicableFor?: string;
  hidesDescendants?: boolean;
}

export interface Share {
  type: string;
  name: string;
  /** Undefined: everyone who is signed in. */
  to?: string;
  by: string;
  rights: readonly Right[];
}

export type Value = string | number | boolean | null | undefined | Row[];
export interface Row {
  [field: string]: Value;
}
/** With `name`, `owner`, `docstatus` and the DocType's fields. */
export type Doc = Row & { name: string; owner: string };

export interface World {
  seed: number;
  types: ReadonlyMap<string, Type>;
  profiles: ReadonlyMap<string, readonly string[]>;
  people: ReadonlyMap<string, Person>;
  docs: Map<string, Map<string, Doc>>;
  restrictions: Restriction[];
  shares: Share[];
  isStrict: boolean;
}

export const ADMINISTRATOR = 'Administrator';
export const GUEST = 'Guest';

export function typeOf(world: World, name: string): Type {
  const type = world.types.get(name);
  if (!type) throw new Error(`the world has no DocType ${name}`);
  return type;
}

export function docsOf(world: World, type: string): Doc[] {
  return [...(world.docs.get(type)?.values() ?? [])];
}

/** The DocTypes that requests are about: neither children nor what the product brings along. */
export function mainTypes(world: World): Type[] {
  return [...world.types.values()].filter((type) => !type.isChild && !BUILT_IN.has(type.name));
}

export const BUILT_IN: ReadonlySet<string> = new Set(['User', 'Team']);

export function fieldOf(type: Type, name: string): Field | undefined {
  return type.fields.find((field) => field.name === name);
}

/** What stands for a document where there is little room, and what a search looks into. */
export function namingFields(type: Type): string[] {
  return [type.titleField ?? 'title', ...type.searchFields];
}

export function rowsOf(doc: Row, field: string): Row[] {
  const rows = doc[field];
  return Array.isArray(rows) ? rows : [];
}

export function isEmpty(value: Value): boolean {
  return value === null || value === undefined || value === '';
}
