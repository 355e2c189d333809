/**
 * What the schema says of itself, written from the definitions as it is asked for, piece by piece: a schema of a
 * thousand DocTypes is never built as a whole, nobody waits for it, and it goes out while it is written.
 */
import { type SelectionSetNode, specifiedDirectives } from 'graphql';
import { AppError } from '../../kernel/error.ts';
import { inboundOf } from '../../schema/inbound.ts';
import type { Selected } from '../compile/collect.ts';
import type { Compiled } from '../compile/operation.ts';
import { nodeValue, type Variables } from '../compile/values.ts';
import type { InputField, OutputField, TypeDef, TypeRef } from '../definitions.ts';
import { findType, typeNames } from '../types/find.ts';
import { MUTATION, QUERY, ROOTS, SUBSCRIPTION } from '../types/roots.ts';
import type { View } from '../view.ts';
import { inputOf, META_TYPES } from './meta-types.ts';
import type { Run } from './run.ts';

/** The full schema of some thousand DocTypes; types within types within types are more than anybody reads. */
const MOST_CHARACTERS = 150_000_000;

/** Longer than this nobody else waits. */
const SLICE_MS = 8;

interface Writing {
  view: View;
  /** The fields of an object that are asked for: the same for all objects of one place in the query. */
  collect(type: string, sets: readonly SelectionSetNode[]): readonly Selected[];
  /** What is said of a type where a field names it, by the place in the query and the name: each is named often. */
  references: Map<Selected, Map<TypeRef, string>>;
}

/** How much may still be written: one for all root fields of an operation. */
export interface Measure {
  left: number;
}

export function newMeasure(): Measure {
  return { left: MOST_CHARACTERS };
}

/** The JSON text of `__schema` or `__type`, in pieces that come as they are made. */
export async function* introspect(
  { compiled, variables }: Pick<Run, 'compiled' | 'variables'>,
  selected: Selected,
  measure: Measure,
): AsyncGenerator<string> {
  const { view } = compiled.schema;
  let since = performance.now();
  const isDue = (): boolean => performance.now() - since > SLICE_MS;
  const pause = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
  // Whoever looks at all of them needs all plans, and who points at whom: not in one go.
  for (const name of view.snapshot.names) {
    view.snapshot.find(name);
    if (isDue()) await pause();
  }
  inboundOf(view.snapshot);
  let text = '';
  for (const piece of pieces(compiled, selected, variables)) {
    text += piece;
    if (!isDue()) continue;
    measure.left -= text.length;
    if (measure.left < 0) throw tooMuch();
    yield text;
    text = '';
    await pause();
  }
  yield text;
}

function tooMuch(): AppError {
  const message = 'This introspection is too large. Ask for one type, or for a module: POST /graphql?module=Selling.';
  return new AppError('bad_request', message);
}

function pieces(compiled: Compiled, selected: Selected, variables: Variables): Iterable<string> {
  const q: Writing = {
    view: compiled.schema.view,
    collect: remembering(compiled.collect),
    references: new Map(),
  };
  if (selected.name === '__schema') return schemaPieces(q, selected);
  const name = selected.args.get('name');
  const def = typeNamed(q, String(name && nodeValue(name, variables)));
  return def ? typePieces(q, selected, def) : ['null'];
}

/** By the place in the query, of which there are few, while objects are many. */
function remembering(collect: Compiled['collect']): Writing['collect'] {
  const known = new Map<readonly SelectionSetNode[], readonly Selected[]>();
  return (type, sets) => {
    const found = known.get(sets) ?? collect(type, sets);
    known.set(sets, found);
    return found;
  };
}

/** Not through the schema's memory: what is only looked at must not stay. */
function typeNamed(q: Writing, name: string): TypeDef | undefined {
  const def = META_TYPES.get(name) ?? findType(q.view, name);
  return def && isEmptyRoot(def) ? undefined : def;
}

/** Who may change and follow nothing has no such root: a type without fields is none, clients say. */
function isEmptyRoot(def: TypeDef): boolean {
  if (def.kind !== 'OBJECT' || !ROOTS.includes(def.name)) return false;
  for (const _ of def.fields.all()) return false;
  return true;
}

function* schemaPieces(q: Writing, selected: Selected): Generator<string> {
  let mark = '{';
  for (const member of q.collect('__Schema', selected.sets)) {
    yield `${mark}${JSON.stringify(member.key)}:`;
    mark = ',';
    if (member.name === 'types') yield* typesPieces(q, member);
    else yield schemaMember(q, member);
  }
  yield '}';
}

function schemaMember(q: Writing, member: Selected): string {
  switch (member.name) {
    case '__typename':
      return '"__Schema"';
    case 'queryType':
      return referenceText(q, member, QUERY);
    case 'mutationType':
      return referenceText(q, member, MUTATION);
    case 'subscriptionType':
      return referenceText(q, member, SUBSCRIPTION);
    case 'directives':
      return listText(specifiedDirectives, (directive) => directiveText(q, member, directive));
    default:
      return 'null';
  }
}

function* typesPieces(q: Writing, selected: Selected): Generator<string> {
  let mark = '[';
  for (const name of allNames(q)) {
    const def = typeNamed(q, name);
    if (!def) continue;
    yield mark;
    mark = ',';
    yield* typePieces(q, selected, def);
  }
  yield ']';
}

function* allNames(q: Writing): Generator<string> {
  yield* typeNames(q.view);
  yield* META_TYPES.keys();
}

/** A type, its fields one by one: a root has thousands. */
function* typePieces(q: Writing, selected: Selected, def: TypeDef): Generator<string> {
  let mark = '{';
  for (const member of q.collect('__Type', selected.sets)) {
    yield `${mark}${JSON.stringify(member.key)}:`;
    mark = ',';
    const isLong = member.name === 'fields' && (def.kind === 'OBJECT' || def.kind === 'INTERFACE');
    if (!isLong) yield typeMember(q, member, def);
    else {
      let before = '[';
      for (const field of def.fields.all()) {
        yield before + fieldText(q, member, field);
        before = ',';
      }
      yield before === '[' ? '[]' : ']';
    }
  }
  yield '}';
}

function typeMember(q: Writing, member: Selected, def: TypeDef): string {
  switch (member.name) {
    case '__typename':
      return '"__Type"';
    case 'kind':
    case 'name':
      return JSON.stringify(def[member.name]);
    case 'description':
      return JSON.stringify(def.description ?? null);
    case 'fields':
      if (def.kind !== 'OBJECT' && def.kind !== 'INTERFACE') return 'null';
      return listText(def.fields.all(), (field) => fieldText(q, member, field));
    case 'inputFields':
      return def.kind === 'INPUT_OBJECT' ? listText(def.fields.all(), (field) => inputText(q, member, field)) : 'null';
    case 'enumValues':
      return def.kind === 'ENUM' ? listText(def.values, (value) => enumText(q, member, value)) : 'null';
    case 'interfaces':
      if (def.kind === 'OBJECT') return listText(def.interfaces, (name) => referenceText(q, member, name));
      return def.kind === 'INTERFACE' ? '[]' : 'null';
    case 'possibleTypes':
      return def.kind === 'INTERFACE' ? listText(def.possible(), (name) => referenceText(q, member, name)) : 'null';
    case 'isOneOf':
      return def.kind === 'INPUT_OBJECT' ? 'false' : 'null';
    default:
      return 'null';
  }
}

function objectText(q: Writing, type: string, selected: Selected, write: (member: Selected) => string): string {
  const members = q.collect(type, selected.sets).map((member) => {
    const value = member.name === '__typename' ? JSON.stringify(type) : write(member);
    return `${JSON.stringify(member.key)}:${value}`;
  });
  return `{${members.join(',')}}`;
}

function listText<T>(items: Iterable<T>, write: (item: T) => string): string {
  const parts: string[] = [];
  for (const item of items) parts.push(write(item));
  return `[${parts.join(',')}]`;
}

/** Longer ones, with fields within, are not kept. */
const LONGEST_REFERENCE = 400;

function referenceText(q: Writing, selected: Selected, ref: TypeRef): string {
  const known = q.references.get(selected) ?? new Map<TypeRef, string>();
  q.references.set(selected, known);
  const kept = known.get(ref);
  if (kept !== undefined) return kept;
  const text = writeReference(q, selected, ref);
  if (text.length <= LONGEST_REFERENCE) known.set(ref, text);
  return text;
}

function writeReference(q: Writing, selected: Selected, ref: TypeRef): string {
  const wrapper = ref.endsWith('!') ? 'NON_NULL' : ref.startsWith('[') ? 'LIST' : undefined;
  if (wrapper) {
    const inner = wrapper === 'LIST' ? ref.slice(1, -1) : ref.slice(0, -1);
    return objectText(q, '__Type', selected, (member) => {
      if (member.name === 'kind') return JSON.stringify(wrapper);
      return member.name === 'ofType' ? referenceText(q, member, inner) : 'null';
    });
  }
  const def = typeNamed(q, ref);
  return def ? objectText(q, '__Type', selected, (member) => typeMember(q, member, def)) : 'null';
}

function fieldText(q: Writing, selected: Selected, field: OutputField): string {
  return objectText(q, '__Field', selected, (member) => {
    if (member.name === 'args') return listText(field.args, (arg) => inputText(q, member, arg));
    return describedText(q, member, field);
  });
}

function inputText(q: Writing, selected: Selected, field: InputField): string {
  return objectText(q, '__InputValue', selected, (member) => {
    if (member.name === 'defaultValue') return JSON.stringify(field.defaultValue ?? null);
    return describedText(q, member, field);
  });
}

function enumText(q: Writing, selected: Selected, value: { name: string; description?: string }): string {
  return objectText(q, '__EnumValue', selected, (member) => describedText(q, member, value));
}

interface Describable {
  name: string;
  description?: string;
  type?: TypeRef;
}

function describedText(q: Writing, member: Selected, of: Describable): string {
  switch (member.name) {
    case 'name':
      return JSON.stringify(of.name);
    case 'description':
      return JSON.stringify(of.description ?? null);
    case 'type':
      return of.type === undefined ? 'null' : referenceText(q, member, of.type);
    case 'isDeprecated':
      return 'false';
    default:
      return 'null';
  }
}

function directiveText(q: Writing, selected: Selected, directive: (typeof specifiedDirectives)[number]): string {
  return objectText(q, '__Directive', selected, (member) => {
    switch (member.name) {
      case 'locations':
        return JSON.stringify(directive.locations);
      case 'isRepeatable':
        return String(directive.isRepeatable);
      case 'args':
        return listText(directive.args, (arg) => inputText(q, member, inputOf(arg)));
      default:
        return describedText(q, member, { name: directive.name, description: directive.description ?? undefined });
    }
  });
}
