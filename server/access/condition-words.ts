/**
 * What can stand in a condition: fields of the document, plain values, and what is known of the person. The
 * words of the language; condition.ts makes Filters of them.
 */
import type { Node } from '../expressions/ast.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';

export type Scalar = string | number | boolean | null;
/** What a side of a comparison is: a field of the document, or something of the person or the text. */
export type Side =
  | { kind: 'field'; path: string }
  | { kind: 'value'; of: (actor: Actor) => Scalar | readonly Scalar[] };

export function sideOf(node: Node): Side {
  switch (node.kind) {
    case 'literal': {
      const value = node.value ?? null;
      return { kind: 'value', of: () => value };
    }
    case 'list': {
      const items = node.items.map((item) => {
        if (item.kind !== 'literal') throw refusal('A list holds plain values only.');
        return item.value ?? null;
      });
      return { kind: 'value', of: () => items };
    }
    case 'name':
      return { kind: 'value', of: ofPerson([node.name]) };
    case 'chain':
      return sideOfChain(node);
    default:
      throw refusal('Only fields of doc, plain values and the person can be compared.');
  }
}

function sideOfChain(node: Node & { kind: 'chain' }): Side {
  if (node.base.kind !== 'name') throw refusal('Only fields of doc, plain values and the person can be compared.');
  const path = node.links.map((link) => {
    if (link.kind === 'member') return link.name;
    if (link.kind === 'index' && link.key.kind === 'literal') return String(link.key.value);
    throw refusal('No function can be called here but list.includes(doc.field).');
  });
  if (node.base.name === 'doc') return { kind: 'field', path: path.join('.') };
  return { kind: 'value', of: ofPerson([node.base.name, ...path]) };
}

function ofPerson(path: readonly string[]): (actor: Actor) => Scalar | readonly Scalar[] {
  const [first = '', second] = path;
  const whole = path.join('.');
  if (whole === 'user' || whole === 'user.name' || whole === 'frappe.session.user' || whole === 'session.user')
    return (actor) => actor.user;
  if (whole === 'roles' || whole === 'user.roles') return (actor) => actor.roles;
  if (whole === 'teams' || whole === 'user.teams') return (actor) => actor.teams ?? [];
  if (whole === 'tenant') return (actor) => actor.tenant ?? null;
  if (
    path.length === 2 &&
    (first === 'attributes' || first === 'user') &&
    second !== undefined &&
    second !== 'includes'
  )
    return (actor) => attributeOf(actor, second);
  throw refusal(`"${whole}" is unknown; there are doc, user, roles, teams and attributes.`);
}

function attributeOf(actor: Actor, name: string): Scalar | readonly Scalar[] {
  return isKnown(actor, name) ? (actor.attributes?.[name] ?? []) : [];
}

export function isKnown(actor: Actor, name: string): boolean {
  return actor.attributes !== undefined && Object.hasOwn(actor.attributes, name);
}

/** Names of the attributes that a tree asks for. */
export function attributesOf(node: Node): Set<string> {
  switch (node.kind) {
    case 'unary':
      return attributesOf(node.operand);
    case 'list':
      return new Set(node.items.flatMap((item) => [...attributesOf(item)]));
    case 'binary':
      return new Set([node.first, ...node.rest.map(({ right }) => right)].flatMap((part) => [...attributesOf(part)]));
    case 'choice':
      return new Set([node.test, node.yes, node.no].flatMap((part) => [...attributesOf(part)]));
    case 'chain':
      return attributesOfChain(node);
    default:
      return new Set();
  }
}

function attributesOfChain(node: Node & { kind: 'chain' }): Set<string> {
  const found = new Set(
    node.links.flatMap((link) => (link.kind === 'call' ? link.args.flatMap((arg) => [...attributesOf(arg)]) : [])),
  );
  const [first] = node.links;
  if (node.base.kind === 'name' && first?.kind === 'member') {
    const isAttribute = node.base.name === 'attributes' || (node.base.name === 'user' && !OF_USER.has(first.name));
    if (isAttribute) found.add(first.name);
  } else for (const name of attributesOf(node.base)) found.add(name);
  return found;
}

/** Members of `user` that are no attributes. */
const OF_USER: ReadonlySet<string> = new Set(['name', 'roles', 'teams']);

export function isList(value: Scalar | readonly Scalar[]): value is readonly Scalar[] {
  return Array.isArray(value);
}

export function refusal(why: string): AppError {
  const message = `The condition cannot be used: ${why} Write comparisons such as doc.status == "Open" && doc.team in teams.`;
  return new AppError('validation', message, { errors: [{ field: 'condition', code: 'bad_condition', message }] });
}
