/**
 * What fields say about DocTypes: targets of links, child tables, the field that a Dynamic Link reads
 * its DocType from. Exact spelling counts; a near one is suggested.
 */
import { isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import type { CheckContext } from './check-context.ts';
import { isChoice, isMultiSelect } from './check-kinds.ts';
import type { ReadField, Reading } from './check-reading.ts';
import { show } from './check-wording.ts';

export function checkLinks(context: CheckContext): FieldProblem[] {
  return context.reading.fields.flatMap((read) => {
    if (isSet(read.field.is_virtual) || !read.type) return [];
    return read.type.children ? tableProblems(context, read) : linkProblems(context, read);
  });
}

function linkProblems(context: CheckContext, read: ReadField): FieldProblem[] {
  const { field, type } = read;
  // Empty options are the type's own rule.
  const target = type?.linkTarget?.(field);
  if (!target) return [];
  if ('pointer' in target) return pointerProblems({ context, read, pointer: target.pointer });
  if (context.find(target.doctype)) return [];
  return [unknownDocType(context, read, target.doctype)];
}

function tableProblems(context: CheckContext, read: ReadField): FieldProblem[] {
  const { definition } = context.reading;
  const { field, path, type } = read;
  const problems: FieldProblem[] = [];
  if (isSet(definition.istable)) {
    const message = `${show(field.fieldname)}: a child table cannot hold a ${type?.name} itself. Use a Link to a DocType of its own.`;
    problems.push({ field: `${path}.fieldtype`, code: 'nested_table', message });
  }
  const name = (field.options ?? '').trim();
  if (name === '') return problems;
  const child = context.find(name);
  if (!child) return [...problems, unknownDocType(context, read, name)];
  return [...problems, ...childProblems({ context, read, child })];
}

function childProblems(q: { context: CheckContext; read: ReadField; child: Reading }): FieldProblem[] {
  const { context, read, child } = q;
  const name = show(child.definition.name);
  if (!isSet(child.definition.istable)) {
    return [optionsProblem(read, 'not_a_child_table', `${name} is no child table. Set its "istable", or use a Link.`)];
  }
  const problems: FieldProblem[] = [];
  if (read.type && isMultiSelect(read.type) && !child.fields.some(({ field, type }) => type?.linkTarget?.(field))) {
    const message = `${name} has no Link field, whose values a ${read.type.name} would hold. Add one to it, or use a Table.`;
    problems.push(optionsProblem(read, 'no_link_in_child', message));
  }
  if (isSet(context.reading.definition.is_virtual) && !isSet(child.definition.is_virtual)) {
    problems.push(optionsProblem(read, 'child_not_virtual', `${name} must be virtual too, since its parent is.`));
  }
  return problems;
}

function pointerProblems(q: { context: CheckContext; read: ReadField; pointer: string }): FieldProblem[] {
  const { context, read, pointer } = q;
  const { byName } = context.reading;
  const source = byName.get(pointer);
  if (!source) {
    const hint = context.suggest(pointer, byName.keys());
    return [
      optionsProblem(
        read,
        'unknown_field',
        `options must be the fieldname that holds the DocType; there is no ${show(pointer)}.${hint}`,
      ),
    ];
  }
  if (!source.type || isChoice(source.type)) return [];
  const target = source.type.linkTarget?.(source.field);
  if (target && 'doctype' in target && target.doctype === 'DocType') return [];
  const message = `${show(pointer)}, which holds the DocType, must be a Link to DocType or a Select; it is a ${source.type.name}.`;
  return [optionsProblem(read, 'bad_pointer', message)];
}

function unknownDocType(context: CheckContext, read: ReadField, name: string): FieldProblem {
  const hint = context.suggest(name, context.knownNames);
  return optionsProblem(read, 'unknown_doctype', `there is no DocType ${show(name)}.${hint || ' Create it first.'}`);
}

function optionsProblem({ field, path }: ReadField, code: string, message: string): FieldProblem {
  return { field: `${path}.options`, code, message: `${show(field.fieldname)}: ${message}` };
}
