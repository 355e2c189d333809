/** Real DocTypes of public apps: nothing in them may keep an import from working, and warnings are rare. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { checkDocType, isFatal } from '../../../server/schema/check.ts';
import { checkAgainstMetaSchema } from '../../../server/schema/meta-schema.ts';

const folder = join(import.meta.dirname, '../../../../shared/frappe/doctypes');
const isAbsent = !existsSync(folder);

it.skipIf(isAbsent)(
  'finds nothing fatal in the real DocTypes, and little to warn of (skipped where ../shared is absent)',
  () => {
    const doctypes = new Map(
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.json'))
        .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as DocTypeJson)
        .map((doctype) => [doctype.name, doctype]),
    );
    const registry = createRegistry(builtinFieldTypes);
    const told: string[] = [];
    for (const definition of doctypes.values()) {
      const problems = [
        ...checkAgainstMetaSchema(definition),
        ...checkDocType({ definition, registry, known: (name) => doctypes.get(name), knownNames: doctypes.keys() }),
      ];
      expect(problems.filter(isFatal), definition.name).toEqual([]);
      told.push(...problems.map((problem) => `${definition.name}: ${problem.field} ${problem.code}`));
    }
    expect(doctypes.size).toBe(302);
    expect(told.sort()).toEqual([
      'Custom DocPerm: fields[22].fieldname reserved_fieldname',
      'Customize Form: fields[38].fieldname reserved_fieldname',
      'DocType: fields[15].fieldname reserved_fieldname',
      'DocType: name confusing_name',
      'File: name confusing_name',
      'Role Profile: autoname bad_autoname',
      'Web Page Block: fields[1].in_list_view not_allowed',
      'Workflow: name confusing_name',
    ]);
  },
);
