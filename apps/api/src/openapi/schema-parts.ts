/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = { readonly [member: string]: unknown };

export const text = { type: 'string' } as const;
export const integer = { type: 'integer' } as const;
export const position = {
  type: 'string',
  pattern: '^(0|[1-9][0-9]{0,18})$',
  description: 'Place in the whole ledger, a decimal text: strictly increasing, never arithmetic',
} as const;
export const anyObject = { type: 'object', additionalProperties: true } as const;

export const object = (properties: Record<string, Schema>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const catalogue = (items: Schema): Schema => object({ items: list(items) });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

export const bounds = object({ asOf: text, knownAt: position }, ['asOf', 'knownAt']);

/** What every answer of a view names. */
export const answer = (value: Schema): Schema =>
  object({ view: text, version: integer, position, bounds, value });
export const page = (items: Schema): Schema =>
  object(
    { items: list(items), next: { ...text, description: 'Cursor of the next page; absent on the last' } },
    ['next'],
  );
