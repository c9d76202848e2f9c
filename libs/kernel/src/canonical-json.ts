import canonicalize from 'canonicalize';
import type { Json } from './envelope.js';

/** RFC 8785 canonical JSON. @example canonicalJson({ b: 1, a: 2 }) // '{"a":2,"b":1}' */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON has a canonical form');
  return text;
}
