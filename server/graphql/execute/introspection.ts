/**
 * What the schema says of itself, written from the definitions as it is asked for: a schema of a thousand
 * DocTypes is never built as a whole, and the event loop is given back between its types.
 */
import { specifiedDirectives } from 'graphql';
import { AppError } from '../../kernel/error.ts';
import type { Selected } from '../compile/collect.ts';
import type { Compiled } from '../compile/operation.ts';
import { nodeValue, type Variables } from '../compile/values.ts';
import type { InputField, OutputField, TypeDef, TypeRef } from '../definitions.ts';
import type { LiveSchema } from '../schema.ts';
import { findType, typeNames } from '../types/find.ts';
import { MUTATION, QUERY, SUBSCRIPTION } from '../types/roots.ts';
import { inputOf, META_TYPES } from './meta-types.ts';

/** The full schema of some thousand DocTypes; types within types within types are more than anybody reads. */
const MOST_CHARACTERS = 150_000_000;

/** Longer than this nobody else waits. */
const SLICE_MS = 10;

export interface Writing {
  compiled: Compiled;
  schema: LiveSchema;
  variables: Variables;
  /** When the event loop was given back last. */
  since: number;
  /** Characters that may still be written. */
  left: number;
}

/** One for all root fields of an operation: together they have one measure. */
export function newWriting(compiled: Compiled, variables: Variables): Writing {
  return { compiled, schema: compiled.schema, variables, since: performance.now(), left: MOST_CHARACTERS };
}

/** The JSON text of `__schema` or `__type`. */
export async function introspect(writing: Writing, selected: Selected): Promise<string> {
  const { variables } = writing;
  if (selected.name === '__schema') return schemaText(writing, selected);
  const name = selected.args.get('name');
  const type = typeDef(writing, String(name && nodeValue(name, variables)));
  return type ? typeText(writing, selected, { kind: 'named', def: type }) : 'null';
}

/** Not through the schema's memory: what is only looked at must not stay. */
function typeDef(q: Writing, name: string): TypeDef | undefined {
  return findType(q.schema.view, name);
}

async function breathe(q: Writing): Promise<void> {
  if (performance.now() - q.since < SLICE_MS) return;
  await new Promise((resolve) => setImmediate(resolve));
  q.since = performance.now();
}

function tooMuch(): AppError {
  const message = 'This introspection is too large. Ask for one type, or for a module: POST /graphql?module=Selling.';
  return new AppError('bad_request', message);
}

type Writer = (selected: Selected) => Promise<string> | string;

async function objectText(q: Writing, type: string, selected: Selected, write: Writer): Promise<string> {
  const parts: string[] = [];
  for (const each of q.compiled.collect(type, selected.sets)) {
    const value = each.name === '__typename' ? JSON.stringify(type) : await write(each);
    parts.push(`${JSON.stringify(each.key)}:${value}`);
  }
  return `{${parts.join(',')}}`;
}

async function listText<T>(
  q: Writing,
  items: Iterable<T>,
  write: (item: T) => Promise<string> | string,
): Promise<string> {
  const parts: string[] = [];
  for (const item of items) {
    const text = await write(item);
    parts.push(text);
    q.left -= text.length;
    if (q.left < 0) throw tooMuch();
    await breathe(q);
  }
  return `[${parts.join(',')}]`;
}

function schemaText(q: Writing, selected: Selected): Promise<string> {
  return objectText(q, '__Schema', selected, (member) => {
    switch (member.name) {
      case 'types':
        return listText(q, allTypes(q), (def) => typeText(q, member, { kind: 'named', def }));
      case 'queryType':
        return namedText(q, member, QUERY);
      case 'mutationType':
        return namedText(q, member, MUTATION);
      case 'subscriptionType':
        return namedText(q, member, SUBSCRIPTION);
      case 'directives':
        return listText(q, specifiedDirectives, (directive) => directiveText(q, member, directive));
      default:
        return 'null';
    }
  });
}

function* allTypes(q: Writing): Generator<TypeDef> {
  for (const name of [...typeNames(q.schema.view), ...META_TYPES.keys()]) {
    const def = META_TYPES.get(name) ?? typeDef(q, name);
    if (def) yield def;
  }
}

function namedText(q: Writing, selected: Selected, name: string): Promise<string> | string {
  const def = META_TYPES.get(name) ?? typeDef(q, name);
  return def ? typeText(q, selected, { kind: 'named', def }) : 'null';
}

type Introspected = { kind: 'named'; def: TypeDef } | { kind: 'wrapped'; wrapper: 'LIST' | 'NON_NULL'; of: TypeRef };

function referenceText(q: Writing, selected: Selected, ref: TypeRef): Promise<string> | string {
  if (ref.endsWith('!')) return typeText(q, selected, { kind: 'wrapped', wrapper: 'NON_NULL', of: ref.slice(0, -1) });
  if (ref.startsWith('[')) return typeText(q, selected, { kind: 'wrapped', wrapper: 'LIST', of: ref.slice(1, -1) });
  // Most references ask for name and kind only, which need no definition.
  return namedText(q, selected, ref);
}

function typeText(q: Writing, selected: Selected, type: Introspected): Promise<string> {
  return objectText(q, '__Type', selected, (member) => {
    if (type.kind === 'wrapped') {
      if (member.name === 'kind') return JSON.stringify(type.wrapper);
      return member.name === 'ofType' ? referenceText(q, member, type.of) : 'null';
    }
    return memberText(q, member, type.def);
  });
}

function memberText(q: Writing, member: Selected, def: TypeDef): Promise<string> | string {
  switch (member.name) {
    case 'kind':
      return JSON.stringify(def.kind);
    case 'name':
      return JSON.stringify(def.name);
    case 'description':
      return JSON.stringify(def.description ?? null);
    case 'fields':
      if (def.kind !== 'OBJECT' && def.kind !== 'INTERFACE') return 'null';
      return listText(q, def.fields.all(), (field) => fieldText(q, member, field));
    case 'inputFields':
      return def.kind === 'INPUT_OBJECT'
        ? listText(q, def.fields.all(), (field) => inputText(q, member, field))
        : 'null';
    case 'enumValues':
      return def.kind === 'ENUM' ? listText(q, def.values, (value) => enumText(q, member, value)) : 'null';
    case 'interfaces':
      if (def.kind === 'OBJECT') return listText(q, def.interfaces, (name) => namedText(q, member, name));
      return def.kind === 'INTERFACE' ? '[]' : 'null';
    case 'possibleTypes':
      return def.kind === 'INTERFACE' ? listText(q, def.possible(), (name) => namedText(q, member, name)) : 'null';
    case 'isOneOf':
      return def.kind === 'INPUT_OBJECT' ? 'false' : 'null';
    default:
      return 'null';
  }
}

function fieldText(q: Writing, selected: Selected, field: OutputField): Promise<string> {
  return objectText(q, '__Field', selected, (member) => {
    if (member.name === 'args') return listText(q, field.args, (arg) => inputText(q, member, arg));
    return describedText(q, member, field);
  });
}

function inputText(q: Writing, selected: Selected, field: InputField): Promise<string> {
  return objectText(q, '__InputValue', selected, (member) => {
    if (member.name === 'defaultValue') return JSON.stringify(field.defaultValue ?? null);
    return describedText(q, member, field);
  });
}

function enumText(q: Writing, selected: Selected, value: { name: string; description?: string }): Promise<string> {
  return objectText(q, '__EnumValue', selected, (member) => describedText(q, member, value));
}

interface Describable {
  name: string;
  description?: string;
  type?: TypeRef;
}

function describedText(q: Writing, member: Selected, of: Describable): Promise<string> | string {
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

function directiveText(
  q: Writing,
  selected: Selected,
  directive: (typeof specifiedDirectives)[number],
): Promise<string> {
  return objectText(q, '__Directive', selected, (member) => {
    switch (member.name) {
      case 'locations':
        return JSON.stringify(directive.locations);
      case 'isRepeatable':
        return String(directive.isRepeatable);
      case 'args':
        return listText(q, directive.args, (arg) => inputText(q, member, inputOf(arg)));
      default:
        return describedText(q, member, { name: directive.name, description: directive.description ?? undefined });
    }
  });
}
