import type { Json, JsonObject } from '@rapport/kernel';
import { ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { isPersonal, partClassOf, type PayloadClass } from './members.js';

/** Says in a schema that a member holds personal values. */
export const PERSONAL_KEYWORD = 'x-personal';

type Schema = { [keyword: string]: Json };

/**
 * The JSON Schema (2020-12) of a payload class, from its class-validator metadata: parts are inlined, so that the schema
 * stands alone; unknown members are refused everywhere.
 */
export function schemaOf(payload: PayloadClass): Schema {
  const derived = targetConstructorToSchema(payload, {
    additionalConverters: {
      textLength: (meta) => ({
        type: 'string',
        minLength: meta.constraints?.[0] as number,
        maxLength: meta.constraints?.[1] as number,
      }),
      calendarDay: { type: 'string', format: 'date' },
      utcInstant: { type: 'string', format: 'date-time' },
      [ValidationTypes.NESTED_VALIDATION]: (meta) => schemaOf(partOf(meta.target, meta.propertyName)),
    },
  }) as unknown as { readonly properties?: Record<string, Schema>; readonly required?: readonly string[] };
  const properties: Record<string, Schema> = {};
  for (const name of Object.keys(derived.properties ?? {})) {
    const member = derived.properties?.[name] ?? {};
    properties[name] = isPersonal(payload.prototype as object, name)
      ? { ...member, [PERSONAL_KEYWORD]: true }
      : member;
  }
  const required = derived.required ?? [];
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** Pointers of the members that a schema marks as personal; `*` stands for every index of an array. */
export function personalPointers(schema: JsonObject, path = ''): readonly string[] {
  if (schema[PERSONAL_KEYWORD] === true) return [path];
  const items = schema['items'];
  if (isSchema(items)) return personalPointers(items, `${path}/*`);
  const properties = schema['properties'];
  if (!isSchema(properties)) return [];
  return Object.keys(properties).flatMap((name) => {
    const member = properties[name];
    return isSchema(member) ? personalPointers(member, `${path}/${name}`) : [];
  });
}

const isSchema = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function partOf(target: unknown, member: string): PayloadClass {
  const part = typeof target === 'function' ? partClassOf(target.prototype as object, member) : undefined;
  if (part === undefined)
    throw new TypeError(`declare the member ${member} with @Part, so that its class is known`);
  return part;
}
