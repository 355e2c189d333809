/**
 * What kind of DocType it is (single, child table, tree, submittable), which kinds exclude each other,
 * and the fields that the DocType's own keys name (`title_field`, `sort_field` …).
 */
import { isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { type CheckContext, hasColumn, isStandardKey } from './check-context.ts';
import { isImage } from './check-kinds.ts';
import type { ReadField } from './check-reading.ts';
import { few, show } from './check-wording.ts';
import { treeParentField } from './complete.ts';

export function checkKind(context: CheckContext): FieldProblem[] {
  const { definition } = context.reading;
  const problems: FieldProblem[] = [];
  for (const [flag, other, why] of EXCLUSIONS) {
    if (!isSet(definition[flag]) || !isSet(definition[other])) continue;
    problems.push({
      field: flag,
      code: 'contradiction',
      message: `${flag} and ${other} exclude each other: ${why}. Clear one.`,
    });
  }
  for (const flag of ['istable', 'issingle'] as const) {
    if (!context.before || isSet(context.before[flag]) === isSet(definition[flag])) continue;
    const message =
      `${flag} was ${isSet(definition[flag]) ? 'off' : 'on'} and cannot be switched, since documents would have to move. ` +
      'Make a new DocType instead.';
    problems.push({ field: flag, code: 'kind_changed', message });
  }
  return [...problems, ...treeProblems(context), ...companions(context)];
}

export function checkReferences(context: CheckContext): FieldProblem[] {
  return [...references(context), ...searchFields(context), ...sortFields(context), ...titlePatterns(context)];
}

const EXCLUSIONS = [
  ['issingle', 'istable', 'a single has one document, a child table has rows'],
  ['issingle', 'is_submittable', 'a single document is a setting, never submitted'],
  ['istable', 'is_submittable', 'rows are submitted with their parent'],
  ['issingle', 'is_tree', 'a tree has many documents'],
  ['istable', 'is_tree', 'rows are a list in their parent'],
] as const;

function treeProblems(context: CheckContext): FieldProblem[] {
  const { definition, byName } = context.reading;
  if (!isSet(definition.is_tree) || !definition.name) return [];
  const problems: FieldProblem[] = [];
  const parentName = treeParentField(definition);
  const parent = byName.get(parentName);
  const target = parent?.type?.linkTarget?.(parent.field);
  if (parent?.type && !(target && 'doctype' in target && target.doctype === definition.name)) {
    const message = `${show(parentName)} holds the parent in the tree and must be a Link to ${show(definition.name)}.`;
    problems.push({ field: 'nsm_parent_field', code: 'bad_tree_field', message });
  }
  for (const [fieldname, column, kind] of TREE_FIELDS) {
    const read = byName.get(fieldname);
    if (!read?.type || read.type.column?.type === column) continue;
    problems.push({
      field: `${read.path}.fieldtype`,
      code: 'bad_tree_field',
      message: `${show(fieldname)} of a tree must be ${kind}; it is a ${read.type.name}.`,
    });
  }
  return problems;
}

const TREE_FIELDS = [
  ['lft', 'bigint', 'an Int'],
  ['rgt', 'bigint', 'an Int'],
  ['is_group', 'boolean', 'a Check'],
] as const;

/** Flags that need a field to work with. */
function companions(context: CheckContext): FieldProblem[] {
  const { definition, byName } = context.reading;
  const problems: FieldProblem[] = [];
  if (isSet(definition.has_web_view) && !byName.has('route')) {
    problems.push({
      field: 'has_web_view',
      code: 'missing_field',
      message: 'has_web_view needs a Data field "route" for the address. Add it.',
    });
  }
  if (isSet(definition.email_append_to) && !definition.sender_field) {
    problems.push({
      field: 'sender_field',
      code: 'missing_field',
      message: 'email_append_to needs sender_field, the field that takes the address.',
    });
  }
  return problems;
}

interface Reference {
  key: string;
  /** What the named field must be; absent: anything that stores a value. */
  is?: { test(read: ReadField): boolean; text: string };
}

const REFERENCES: readonly Reference[] = [
  { key: 'title_field' },
  { key: 'image_field', is: { test: ({ type }) => type !== undefined && isImage(type), text: 'an Attach Image' } },
  { key: 'timeline_field', is: { test: ({ type }) => type?.linkTarget !== undefined, text: 'a Link or Dynamic Link' } },
  { key: 'is_published_field' },
  { key: 'sender_field' },
  { key: 'sender_name_field' },
  { key: 'subject_field' },
  { key: 'recipient_account_field' },
  { key: 'website_search_field' },
];

function references(context: CheckContext): FieldProblem[] {
  const { definition, byName } = context.reading;
  return REFERENCES.flatMap(({ key, is }): FieldProblem[] => {
    const name = String(definition[key] ?? '').trim();
    if (name === '' || (!is && isStandardKey(name, definition))) return [];
    const read = byName.get(name);
    if (!read) return [unknownField({ context, key, name })];
    if (!read.type || (is ? is.test(read) : hasColumn(read) || isSet(read.field.is_virtual))) return [];
    const message = `${key} must name ${is?.text ?? 'a field that stores a value'}; ${show(name)} is a ${read.type.name}.`;
    return [{ field: key, code: 'wrong_field', message }];
  });
}

function searchFields(context: CheckContext): FieldProblem[] {
  const names = (context.reading.definition.search_fields ?? '').split(',').map((name) => name.trim());
  return unknownAmong({ context, key: 'search_fields', names });
}

/** `sort_field`: one name, or several with directions, perhaps written as SQL with the table before the dot. */
function sortFields(context: CheckContext): FieldProblem[] {
  const { sort_field = '', sort_order = '' } = context.reading.definition;
  const problems: FieldProblem[] = [];
  const terms = sort_field.split(',').map((term) =>
    term
      .replace(/`[^`]*`\.|[`"]/g, '')
      .trim()
      .split(/\s+/),
  );
  problems.push(...unknownAmong({ context, key: 'sort_field', names: terms.map(([name = '']) => name) }));
  const directions = terms.flatMap(([, direction]) => (direction === undefined ? [] : [direction]));
  for (const [key, direction] of [
    ...directions.map((d) => ['sort_field', d] as const),
    ['sort_order', sort_order.trim()] as const,
  ]) {
    if (direction === '' || /^(asc|desc)$/i.test(direction)) continue;
    problems.push({ field: key, code: 'bad_order', message: `A direction is ASC or DESC; got ${show(direction)}.` });
  }
  return problems;
}

/** `{field}` in the options or default of the title field is filled in on saving. */
function titlePatterns(context: CheckContext): FieldProblem[] {
  const { definition, byName } = context.reading;
  const title = byName.get(definition.title_field || 'title');
  if (title?.field.fieldname !== 'title') return [];
  return (['options', 'default'] as const).flatMap((key) => {
    const names = [...String(title.field[key] ?? '').matchAll(/\{([a-z0-9_]+)\}/g)].map((match) => match[1] as string);
    return unknownAmong({ context, key: `${title.path}.${key}`, names });
  });
}

function unknownAmong(q: { context: CheckContext; key: string; names: readonly string[] }): FieldProblem[] {
  const { byName, definition } = q.context.reading;
  const unknown = new Set(
    q.names.filter((name) => name !== '' && !byName.has(name) && !isStandardKey(name, definition)),
  );
  return few(unknown).map((name) => unknownField({ context: q.context, key: q.key, name }));
}

function unknownField(q: { context: CheckContext; key: string; name: string }): FieldProblem {
  const hint = q.context.suggest(q.name, q.context.reading.byName.keys());
  return {
    field: q.key,
    code: 'unknown_field',
    message: `${q.key} names ${show(q.name)}, which is no field of this DocType.${hint}`,
  };
}
