/** Attributes as they are stored, of a user or of a tenant, made what rules ask for. */
import type { Attributes, AttributeValue } from './actor.ts';
import { isObject } from './json.ts';

/** Plain values and lists of them; anything else in the JSON is no attribute. */
export function attributesOf(stored: unknown): Attributes {
  const attributes = Object.create(null) as Record<string, AttributeValue>;
  if (isObject(stored))
    for (const [name, value] of Object.entries(stored)) if (isAttribute(value)) attributes[name] = value;
  return attributes;
}

function isAttribute(value: unknown): value is AttributeValue {
  return Array.isArray(value) ? value.every(isScalar) : isScalar(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}
