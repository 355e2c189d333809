/**
 * A question as Cedar has it: entity references as text, the person with attributes, roles and teams as
 * entities. Names are other people's text and are escaped; numbers that Cedar does not know become texts.
 */
import type { Attributes, AttributeValue } from '../kernel/actor.ts';
import type { PolicyQuestion } from '../kernel/policy.ts';

export interface CedarBody {
  principal: string;
  action: string;
  resource: string;
  context: Readonly<Record<string, unknown>>;
  entities: readonly CedarEntity[];
}

interface CedarEntity {
  uid: Uid;
  attrs: Readonly<Record<string, unknown>>;
  parents: readonly Uid[];
}

interface Uid {
  type: string;
  id: string;
}

export function cedarBody({ principal, action, resource }: PolicyQuestion): CedarBody {
  const { user, roles, teams, tenant } = principal;
  const person = { type: 'User', id: user };
  const doctype = { type: 'DocType', id: resource.doctype };
  const groups = [
    ...roles.map((id) => ({ type: 'Role', id })),
    ...teams.map((id) => ({ type: 'Team', id })),
    ...(tenant === undefined ? [] : [{ type: 'Tenant', id: tenant }]),
  ];
  const attributes = attributesOf(principal.attributes);
  return {
    principal: reference(person),
    action: reference({ type: 'Action', id: action }),
    resource: reference(doctype),
    // For policies that are written without entities.
    context: { user, roles, teams, attributes, ...(tenant === undefined ? {} : { tenant }) },
    entities: [
      { uid: person, attrs: attributes, parents: groups },
      { uid: doctype, attrs: {}, parents: [] },
      ...groups.map((uid) => ({ uid, attrs: {}, parents: [] })),
    ],
  };
}

/** `Role::"Sales \"A\""`. */
function reference({ type, id }: Uid): string {
  const text = id.replace(/["\\]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
  return `${type}::"${text}"`;
}

/** Cedar reads objects with these keys as something else than a record. */
const RESERVED: ReadonlySet<string> = new Set(['__entity', '__extn', '__expr']);

function attributesOf(attributes: Attributes): Record<string, unknown> {
  const kept = Object.entries(attributes).filter(([name]) => !RESERVED.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, cedarValue(value)]));
}

function cedarValue(value: AttributeValue): unknown {
  if (typeof value === 'object') return value.map(cedarValue);
  return typeof value === 'number' ? numberOf(value) : value;
}

/** Whole numbers are Long; up to four decimals are its decimal; others have no type there. */
function numberOf(value: number): unknown {
  if (Number.isSafeInteger(value)) return value;
  const text = String(value);
  const isDecimal = /^-?\d{1,12}\.\d{1,4}$/.test(text);
  return isDecimal ? { __extn: { fn: 'decimal', arg: text } } : text;
}
