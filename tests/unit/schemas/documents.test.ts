/** Every document of the demo apps could be written by a person: known fields, good values, living links. */
import { expect, test } from 'vitest';
import { compileCondition } from '../../../server/expressions/condition.ts';
import { type DocTypeJson, isSet } from '../../../server/kernel/doctype.ts';
import { type Document, isEmpty, rowsOf } from '../../../server/kernel/document.ts';
import { APPS, definitions, fieldOf, GIVEN, isLayout, registry, seedDocuments } from './shipped.ts';

const env = { now: Date.parse('2026-02-19T12:00:00Z') };
const documents = APPS.flatMap(seedDocuments);

test('there are many', () => {
  expect(documents.length).toBeGreaterThanOrEqual(200);
});

test('they give only values that their fields take', () => {
  expect(documents.flatMap(({ doctype, doc, where }) => valueFaults({ doctype, doc, where }))).toEqual([]);
});

test('they give all values that must be there', () => {
  expect(documents.flatMap(({ doctype, doc, where }) => missing({ doctype, doc, parent: doc, where }))).toEqual([]);
});

test('they bear a name only where people choose it, and never the same twice', () => {
  const chosen = documents.filter(
    ({ doctype, doc }) => 'name' in doc !== (definitions.get(doctype)?.autoname === 'Prompt'),
  );
  expect(chosen.map(({ where }) => where)).toEqual([]);
  const names = documents
    .filter(({ name }) => name !== undefined)
    .map(({ app, doctype, name }) => `${app} ${doctype} ${name}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(documents.flatMap(({ doctype, where }) => (definitions.has(doctype) ? [] : [where]))).toEqual([]);
});

test('they give unique fields unique values', () => {
  const seen = new Set<string>();
  const repeated = documents.flatMap(({ doctype, doc, where }) => {
    const fields = (definitions.get(doctype) as DocTypeJson).fields.filter(
      (field) => isSet(field.unique) && !isEmpty(doc[field.fieldname]),
    );
    return fields.flatMap((field) => {
      const key = JSON.stringify([doctype, field.fieldname, doc[field.fieldname]]);
      const isRepeated = seen.has(key);
      seen.add(key);
      return isRepeated ? [`${where}.${field.fieldname}`] : [];
    });
  });
  expect(repeated).toEqual([]);
});

// Names such as CUST-00001 hold on an empty site only, and an app must load without the others.
test.each(APPS)('those of %s link only to what was loaded before them', (app) => {
  const known = new Set(Object.entries(GIVEN).flatMap(([doctype, names]) => names.map((name) => `${doctype} ${name}`)));
  for (const name of definitions.keys()) known.add(`DocType ${name}`);
  const dangling: string[] = [];
  for (const { doctype, doc, where, name } of documents.filter((document) => document.app === app)) {
    for (const target of linksOf(doctype, doc)) if (!known.has(target)) dangling.push(`${where} → ${target}`);
    if (name !== undefined) known.add(`${doctype} ${name}`);
  }
  expect(dangling).toEqual([]);
});

test('they are submitted and cancelled where the DocType allows it', () => {
  const moved = documents.filter(({ isSubmitted, isCancelled }) => isSubmitted || isCancelled);
  expect(new Set(moved.map(({ doctype }) => isSet(definitions.get(doctype)?.is_submittable)))).toEqual(new Set([true]));
  expect(moved.filter(({ isSubmitted }) => !isSubmitted)).toEqual([]);
  expect(moved.some(({ isCancelled }) => isCancelled)).toBe(true);
});

interface Place {
  doctype: string;
  doc: Document;
  where: string;
}

function valueFaults({ doctype, doc, where }: Place): string[] {
  return Object.entries(doc).flatMap(([fieldname, value]) => {
    if (fieldname === 'name') return [];
    const path = `${where}.${fieldname}`;
    const field = fieldOf(doctype, fieldname);
    const type = field && registry.find(field.fieldtype);
    if (!field || !type || isLayout(field) || isSet(field.is_virtual))
      return [`${path}: ${doctype} stores no such field`];
    if (type.children)
      return rowsOf(doc, fieldname).flatMap((row, index) =>
        valueFaults({ doctype: field.options as string, doc: row, where: `${path}[${index}]` }),
      );
    const coerced = type.coerce(value, field, env);
    if ('problem' in coerced) return [`${path}: ${coerced.problem.message}`];
    return JSON.stringify(coerced.value) === JSON.stringify(value)
      ? []
      : [`${path}: ${JSON.stringify(value)} is read back as ${JSON.stringify(coerced.value)}`];
  });
}

/** Fields without a value that `reqd` or a condition demands and no default, fetch or first option gives. */
function missing({ doctype, doc, parent, where }: Place & { parent: Document }): string[] {
  return (definitions.get(doctype) as DocTypeJson).fields.flatMap((field) => {
    const type = registry.find(field.fieldtype);
    if (!type || isLayout(field)) return [];
    const path = `${where}.${field.fieldname}`;
    const condition = field.mandatory_depends_on;
    const isDemanded = isSet(field.reqd) || (condition && compileCondition(condition).evaluate({ doc, parent }));
    const value =
      doc[field.fieldname] ?? (field.default ? type.defaultValue(String(field.default), field, env) : undefined);
    if (isDemanded && type.isMissing(value)) return [`${path} is missing`];
    if (!type.children) return [];
    return rowsOf(doc, field.fieldname).flatMap((row, index) =>
      missing({ doctype: field.options as string, doc: row, parent: doc, where: `${path}[${index}]` }),
    );
  });
}

/** `Customer CUST-00001` for every link of a document and its rows. */
function linksOf(doctype: string, doc: Document): string[] {
  return (definitions.get(doctype) as DocTypeJson).fields.flatMap((field) => {
    const value = doc[field.fieldname];
    const type = registry.find(field.fieldtype);
    if (type?.children) return rowsOf(doc, field.fieldname).flatMap((row) => linksOf(field.options as string, row));
    const target = type?.linkTarget?.(field);
    if (!target || isEmpty(value)) return [];
    return [`${'doctype' in target ? target.doctype : doc[target.pointer]} ${value}`];
  });
}
