/**
 * DocType rows and their layers as data, and how they become the source of a Plan. The `doctype` row
 * holds the definition as it came; what the layers make of it is computed here, nowhere else.
 */
import type { Registry } from '../fieldtypes/registry.ts';
import type { DocPerm, DocTypeJson } from '../kernel/doctype.ts';
import type { TenancyMode } from '../kernel/tenancy.ts';
import { compileDocType } from '../schema/compile.ts';
import { completeDefinition } from '../schema/complete.ts';
import type { FieldState } from '../schema/field-states.ts';
import type { CustomField, PropertySetter } from '../schema/layers.ts';
import { mergeLayers } from '../schema/layers.ts';
import type { PlanSource } from '../schema/snapshot.ts';

export interface DocTypeRecord {
  id: string;
  name: string;
  key: string;
  tableName: string;
  module: string;
  app: string;
  /** As it came: field ids live in `states`. */
  definition: DocTypeJson;
  states: FieldState[];
  version: number;
  checksum: string;
  owner: string;
  creation: string;
  modified: string;
  modifiedBy: string;
}

export interface Layering {
  apps: { app: string; definition: DocTypeJson }[];
  customFields: CustomField[];
  propertySetters: PropertySetter[];
  customPermissions: DocPerm[];
}

export function noLayers(): Layering {
  return { apps: [], customFields: [], propertySetters: [], customPermissions: [] };
}

/** Whether anything but the definition itself has a say. */
export function isLayered(layering: Layering): boolean {
  const { apps, customFields, propertySetters, customPermissions } = layering;
  return apps.length + customFields.length + propertySetters.length + customPermissions.length > 0;
}

/** The effective definition and what the layers contradict. */
export function effectiveDefinition(
  base: DocTypeJson,
  layering: Layering,
): { definition: DocTypeJson; warnings: string[] } {
  const merged = mergeLayers({
    base,
    apps: layering.apps.map((layer) => layer.definition),
    customFields: layering.customFields,
    propertySetters: layering.propertySetters,
    customPermissions: layering.customPermissions,
  });
  return { definition: completeDefinition(merged.definition), warnings: merged.warnings };
}

export function planSource(q: {
  record: DocTypeRecord;
  layering: Layering;
  registry: Registry;
  tenancy: TenancyMode | undefined;
}): PlanSource {
  const { record } = q;
  return {
    name: record.name,
    table: record.tableName,
    // A layer may say otherwise.
    module: isLayered(q.layering) ? undefined : record.module,
    compile: () =>
      compileDocType({
        definition: effectiveDefinition(record.definition, q.layering).definition,
        states: record.states,
        table: record.tableName,
        version: record.version,
        app: record.app,
        registry: q.registry,
        tenancy: q.tenancy,
      }),
  };
}
