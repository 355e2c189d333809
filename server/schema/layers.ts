/**
 * The effective DocType out of its layers (FORMAT.md section 9): the base definition, app layers that
 * add to it, Custom Fields, Property Setters, Custom DocPerms. A base field can be changed, not removed.
 */
import { type DocField, type DocPerm, type DocTypeJson, isSet } from '../kernel/doctype.ts';
import { orderFields } from './order-fields.ts';

export interface CustomField extends DocField {
  /** The custom field document's own id: its identity over renames. */
  id: string;
  insert_after?: string;
}

export interface PropertySetter {
  doctype_or_field: string;
  field_name?: string | null;
  row_name?: string | null;
  property: string;
  property_type?: string | null;
  value?: string | null;
}

export interface Layers {
  base: DocTypeJson;
  /** Definitions of other apps under the same name, in the order in which they came. */
  apps: readonly DocTypeJson[];
  customFields: readonly CustomField[];
  propertySetters: readonly PropertySetter[];
  /** Permission rows of this site: one or more replace all of the definition's own. */
  customPermissions: readonly DocPerm[];
}

export interface Merged {
  definition: DocTypeJson;
  warnings: string[];
}

const NOT_MERGED = new Set([
  'name',
  'doctype',
  'fields',
  'field_order',
  'permissions',
  'owner',
  'creation',
  'modified',
  'modified_by',
]);

export function mergeLayers(layers: Layers): Merged {
  if (isBare(layers)) {
    const { field_order: _, ...bare } = layers.base;
    return { definition: { ...bare, fields: [...orderFields(layers.base)] }, warnings: [] };
  }
  const warnings: string[] = [];
  const merged: DocTypeJson = { ...layers.base, fields: orderFields(layers.base).map((field) => ({ ...field })) };
  for (const layer of layers.apps) addLayer({ merged, layer, warnings });
  const inserted = new Set<string>();
  for (const custom of layers.customFields) {
    if (merged.fields.some((field) => field.fieldname === custom.fieldname)) {
      warnings.push(
        `Custom Field ${custom.fieldname}: ${merged.name} has a field of that name already; the standard field stays`,
      );
      continue;
    }
    inserted.add(custom.fieldname);
    merged.fields.push({ ...custom });
  }
  applySetters({ merged, setters: layers.propertySetters, warnings });
  merged.fields = placeCustomFields({ merged, inserted, setters: layers.propertySetters });
  delete merged.field_order;
  if (layers.customPermissions.length > 0)
    merged.permissions = layers.customPermissions.map(({ name: _, ...row }) => row as DocPerm);
  return { definition: merged, warnings };
}

function isBare({ apps, customFields, propertySetters, customPermissions }: Layers): boolean {
  return [apps, customFields, propertySetters, customPermissions].every((layer) => layer.length === 0);
}

/** What ours lacks is added; ours stays and wins where both contradict. */
function addLayer(q: { merged: DocTypeJson; layer: DocTypeJson; warnings: string[] }): void {
  const { merged, layer, warnings } = q;
  const known = new Map(merged.fields.map((field) => [field.fieldname, field]));
  for (const field of orderFields(layer)) {
    const ours = known.get(field.fieldname);
    if (!ours) {
      merged.fields.push({ ...field });
    } else if (ours.fieldtype !== field.fieldtype || (ours.options ?? '') !== (field.options ?? '')) {
      warnings.push(`${merged.name}.${field.fieldname}: ${contradiction(ours, field)}; ours stays`);
    }
  }
  for (const [key, value] of Object.entries(layer)) {
    if (NOT_MERGED.has(key)) continue;
    if (!Object.hasOwn(merged, key)) {
      if (!STRUCTURAL.has(key)) merged[key] = value;
      else if (isSet(value)) warnings.push(`${merged.name}: the layer says ${key}; ours stays without`);
    }
  }
}

/** Keys that decide where documents live: a layer may not turn them on. */
const STRUCTURAL = new Set(['istable', 'issingle', 'is_virtual', 'is_tree', 'is_submittable', 'autoname', 'tenancy']);

function contradiction(ours: DocField, theirs: DocField): string {
  const [mine, other] = [describe(ours), describe(theirs)];
  return mine === other
    ? `ours is a ${mine}, the layer has other options for it`
    : `ours is ${mine}, the layer says ${other}`;
}

function describe(field: DocField): string {
  return field.options && !field.options.includes('\n') ? `${field.fieldtype} (${field.options})` : field.fieldtype;
}

function applySetters(q: { merged: DocTypeJson; setters: readonly PropertySetter[]; warnings: string[] }): void {
  for (const setter of q.setters) {
    if (setter.property === 'field_order') continue;
    const value = castSetter(setter);
    if (setter.doctype_or_field === 'DocField') {
      const field = q.merged.fields.find((candidate) => candidate.fieldname === setter.field_name);
      if (!field) q.warnings.push(`Property Setter: ${q.merged.name} has no field ${setter.field_name}; skipped`);
      else if (setter.property !== 'fieldname' && setter.property !== 'id') field[setter.property] = value;
    } else if (setter.doctype_or_field === 'DocType' || !setter.doctype_or_field) {
      if (!['name', 'fields', 'permissions', 'doctype'].includes(setter.property)) q.merged[setter.property] = value;
    }
  }
}

function castSetter(setter: PropertySetter): unknown {
  const text = setter.value ?? '';
  if (setter.property_type === 'Check' || setter.property_type === 'Int') return Number.parseInt(text, 10) || 0;
  return text;
}

/** Each custom field after its `insert_after`; unknown → end; empty → top; a `field_order` setter wins. */
function placeCustomFields(q: {
  merged: DocTypeJson;
  inserted: ReadonlySet<string>;
  setters: readonly PropertySetter[];
}): DocField[] {
  const fields = q.merged.fields.filter((field) => !q.inserted.has(field.fieldname));
  const waiting = q.merged.fields.filter((field) => q.inserted.has(field.fieldname));
  // A custom field may stand after another custom field: place in rounds until nothing moves.
  let moved = true;
  while (moved && waiting.length > 0) {
    moved = false;
    for (const field of [...waiting]) {
      const after = field.insert_after as string | undefined;
      const at =
        after === undefined ? fields.length - 1 : after === '' ? -1 : fields.findIndex((f) => f.fieldname === after);
      if (after && at < 0) continue;
      fields.splice(at + 1, 0, field);
      waiting.splice(waiting.indexOf(field), 1);
      moved = true;
    }
  }
  fields.push(...waiting);
  const setter = q.setters.find((candidate) => candidate.property === 'field_order' && candidate.value);
  if (!setter) return fields;
  return [...orderFields({ ...q.merged, fields, field_order: parseOrder(setter.value as string) })];
}

function parseOrder(text: string): string[] {
  try {
    const order: unknown = JSON.parse(text);
    return Array.isArray(order) ? order.filter((name): name is string => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
