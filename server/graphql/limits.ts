/**
 * What a query may be at most, judged before anything of it runs: its text before it is parsed, then depth,
 * fields and root fields after fragments, in time proportional to the text, whatever the fragments do.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { AppError } from '../kernel/error.ts';
import type { Limits } from '../kernel/graphql-limits.ts';

export { DEFAULT_LIMITS, type Limits } from '../kernel/graphql-limits.ts';

/** Brackets within brackets, which the parser follows by recursion: filters may be deeper than selections. */
const MAX_BRACKETS = 100;

function refuse(message: string): AppError {
  return new AppError('bad_request', message, { errors: [{ field: 'query', code: 'limit', message }] });
}

/** Throws bad_request for a text that is not worth parsing. */
export function refuseText(text: string, limits: Limits): void {
  const bytes = text.length > limits.queryBytes ? text.length : Buffer.byteLength(text);
  if (bytes > limits.queryBytes) {
    throw refuse(`The query has ${bytes} bytes; at most ${limits.queryBytes} are read. Send values as variables.`);
  }
  if (isDeeper(text, MAX_BRACKETS))
    throw refuse(`The query has brackets more than ${MAX_BRACKETS} levels deep. Write it flatter.`);
}

const OPENING = new Set(['{', '[', '(']);
const CLOSING = new Set(['}', ']', ')']);

/** Strings and comments are passed over roughly: what looks deep in them only does so where they are malformed. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const letter = text[at] as string;
    if (letter === '"') at = endOfString(text, at);
    else if (letter === '#') at = endOfLine(text, at);
    else if (OPENING.has(letter) && ++depth > limit) return true;
    else if (CLOSING.has(letter)) depth--;
    at++;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  if (text.startsWith('"""', start)) {
    let end = text.indexOf('"""', start + 3);
    // Within such a text three quotes may stand behind a backslash.
    while (end > 0 && text[end - 1] === '\\') end = text.indexOf('"""', end + 3);
    return end < 0 ? text.length : end + 2;
  }
  let at = start + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n' && text[at] !== '\r')
    at += text[at] === '\\' ? 2 : 1;
  return at;
}

function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

interface Size {
  depth: number;
  fields: number;
  /** Fields of this level. */
  own: number;
}

/** Throws bad_request for an operation that is too large, and for fragments that contain themselves. */
export function refuseSize(document: DocumentNode, operation: OperationDefinitionNode, limits: Limits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const sizes = new Map<string, Size>();
  const open = new Set<string>();
  const sizeOfFragment = (name: string): Size => {
    const known = sizes.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    if (!fragment) return { depth: 0, fields: 0, own: 0 };
    if (open.has(name)) throw refuse(`The fragment ${name} contains itself, which would never end.`);
    open.add(name);
    const size = sizeOf(fragment.selectionSet);
    open.delete(name);
    sizes.set(name, size);
    return size;
  };
  const sizeOf = (set: SelectionSetNode): Size => {
    const size: Size = { depth: 0, fields: 0, own: 0 };
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const inner = node.selectionSet ? sizeOf(node.selectionSet) : { depth: 0, fields: 0 };
        // What the schema says of itself has a depth of its own, which a rule of graphql-js bounds.
        size.depth = Math.max(size.depth, node.name.value.startsWith('__') ? 1 : inner.depth + 1);
        size.fields += inner.fields + 1;
        size.own++;
      } else {
        const inner = node.kind === Kind.FRAGMENT_SPREAD ? sizeOfFragment(node.name.value) : sizeOf(node.selectionSet);
        size.depth = Math.max(size.depth, inner.depth);
        size.fields += inner.fields;
        size.own += inner.own;
      }
      // Fragments within fragments multiply: stop before numbers do.
      if (size.fields > limits.fields)
        throw refuse(
          `The query selects more than ${limits.fields} fields, fragments spread out. Ask for less at once.`,
        );
    }
    return size;
  };
  const { depth, own } = sizeOf(operation.selectionSet);
  if (depth > limits.depth)
    throw refuse(`The query is ${depth} levels deep; at most ${limits.depth} are answered. Ask in parts.`);
  if (own > limits.rootFields)
    throw refuse(
      `The query has ${own} root fields, aliases counted; at most ${limits.rootFields} are answered. Ask in parts.`,
    );
}
