import type { Json, JsonObject, Kind } from '@rapport/kernel';

/**
 * TypeScript source of a map from every kind's full type name to the shape of its payload, made from the JSON Schemas of
 * the registry. Members that every payload has are left out: `CommonPayload` of the kernel has them.
 */
export function payloadTypesSource(kinds: readonly Kind[]): string {
  const members = [...kinds]
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map(
      (kind) =>
        `  /** ${kind.description} */\n  readonly '${kind.type}': ${typeOf(kind.schema, '  ', COMMON)};`,
    );
  return `// Made from the registry of kinds; make it again with \`npm run client:kinds\`.\n\n/** The payload of every kind. */\nexport interface Payloads {\n${members.join('\n')}\n}\n`;
}

const COMMON: ReadonlySet<string> = new Set(['parties', 'sentiment', 'effortMinutes', 'cost', 'evidence']);
const NOTHING: ReadonlySet<string> = new Set();

function typeOf(schema: JsonObject, indent: string, without = NOTHING): string {
  const words = schema['enum'];
  if (Array.isArray(words)) return (words as readonly Json[]).map((word) => literal(word)).join(' | ');
  if (schema['const'] !== undefined) return literal(schema['const']);
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices))
    return (choices as readonly JsonObject[]).map((choice) => typeOf(choice, indent)).join(' | ');
  switch (schema['type']) {
    case 'object':
      return objectType(schema, indent, without);
    case 'array':
      return `readonly ${bracketed(typeOf((schema['items'] ?? {}) as JsonObject, indent))}[]`;
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    default:
      return 'unknown';
  }
}

function objectType(schema: JsonObject, indent: string, without: ReadonlySet<string>): string {
  const properties = Object.entries(
    (schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>,
  ).filter(([name]) => !without.has(name));
  if (properties.length === 0)
    return schema['additionalProperties'] === false
      ? 'Readonly<Record<string, never>>'
      : '{ readonly [member: string]: unknown }';
  const required = (schema['required'] ?? []) as readonly string[];
  const members = properties.map(([name, member]) => {
    const says =
      typeof member['description'] === 'string' ? `${indent}  /** ${member['description']} */\n` : '';
    return `${says}${indent}  readonly ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(member, `${indent}  `)};`;
  });
  return `{\n${members.join('\n')}\n${indent}}`;
}

const literal = (value: Json): string =>
  typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : JSON.stringify(value);

const bracketed = (type: string): string => (/ \| /.test(type) && !type.startsWith('{') ? `(${type})` : type);
