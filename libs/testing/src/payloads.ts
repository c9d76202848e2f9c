import type { Json, JsonObject } from '@rapport/kernel';
import fc from 'fast-check';

/** Payloads that a kind's schema allows: every member, every limit, texts of many scripts. */
export const validPayloads = (schema: JsonObject): fc.Arbitrary<JsonObject> =>
  valueOf(schema) as fc.Arbitrary<JsonObject>;

/**
 * Payloads with one thing changed somewhere, however deep: a member dropped, added or replaced, a number or text pushed
 * over a limit, a list emptied or made too long. Some are still valid.
 */
export function mutatedPayloads(schema: JsonObject): fc.Arbitrary<Json> {
  return fc
    .tuple(validPayloads(schema), fc.nat(), fc.constantFrom(...MUTATIONS), json, key)
    .map(([payload, place, mutation, junk, name]) => {
      const paths = pathsOf(payload);
      return changed(payload, paths[place % paths.length] ?? [], (value) => mutation(value, junk, name));
    });
}

type Path = readonly (string | number)[];
type Mutation = (value: Json, junk: Json, name: string) => Json | undefined;

const MUTATIONS: readonly Mutation[] = [
  () => undefined,
  (_value, junk) => junk,
  () => null,
  (value) => [value],
  (value, junk, name) => (isObject(value) ? { ...value, [name]: junk } : { [name]: value }),
  (value, junk) =>
    Array.isArray(value) ? [...(value as readonly Json[]), junk] : String(JSON.stringify(value)),
  (value) => (Array.isArray(value) ? [] : typeof value === 'string' ? '' : {}),
  (value) =>
    Array.isArray(value) && value.length > 0
      ? Array<Json>(1001).fill(value[0] as Json)
      : typeof value === 'string'
        ? value.padEnd(30_000, 'x')
        : value,
  (value) => (typeof value === 'number' ? value + 0.5 : typeof value === 'string' ? `${value}\u0007` : value),
  (value) =>
    typeof value === 'number' ? value - 10_000_000 : typeof value === 'string' ? `${value}/` : value,
  (value) =>
    typeof value === 'number'
      ? Number.MAX_SAFE_INTEGER
      : typeof value === 'string'
        ? value.toLowerCase()
        : value,
  (value) =>
    typeof value === 'boolean'
      ? String(value)
      : typeof value === 'string'
        ? `${value}\u2764\uFE0F\u{1F469}\u200D\u{1F680}`
        : value,
];

const key = fc.oneof(
  fc.constantFrom('id', 'text', 'amountMinor', 'currency', 'length', 'name', 'type'),
  fc.stringMatching(/^[a-z]{1,8}$/),
);
const text = fc
  .oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 12 }),
  )
  .map((value) => value.replaceAll('\0', '-'));
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e21),
    fc.integer(),
    text,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

function valueOf(schema: JsonObject): fc.Arbitrary<Json> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as readonly Json[]));
  switch (schema['type']) {
    case 'object':
      return isObject(schema['properties'])
        ? objects(schema, schema['properties'])
        : fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true });
    case 'array':
      return fc.array(valueOf(schema['items'] as JsonObject), {
        minLength: (schema['minItems'] as number | undefined) ?? 0,
        maxLength: Math.min(3, schema['maxItems'] as number),
      });
    case 'integer':
      return fc.integer({ min: schema['minimum'] as number, max: schema['maximum'] as number });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return texts(schema);
    default:
      throw new TypeError(`no payloads can be made for ${JSON.stringify(schema)}`);
  }
}

function objects(schema: JsonObject, properties: JsonObject): fc.Arbitrary<Json> {
  const model = Object.fromEntries(
    Object.keys(properties).map((name) => [name, valueOf(properties[name] as JsonObject)]),
  );
  return fc.record(model, {
    requiredKeys: (schema['required'] as string[] | undefined) ?? [],
    noNullPrototype: true,
  });
}

/** Sources of texts, each with a sample that shows which patterns it can serve. */
const TEXTS: readonly (readonly [sample: string, texts: fc.Arbitrary<string>])[] = [
  ['plain', text],
  ['EUR', fc.stringMatching(/^[A-Z]{3}$/)],
  ['NL', fc.stringMatching(/^[A-Z]{2}$/)],
  ['a'.repeat(64), fc.stringMatching(/^[0-9a-f]{64}$/)],
  ['urn:a', fc.webUrl()],
  [
    '2026-01-31',
    fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  ],
  [
    '2026-01-31T12:00:00.000Z',
    fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
  ],
];

function texts(schema: JsonObject): fc.Arbitrary<string> {
  const pattern = new RegExp((schema['pattern'] as string | undefined) ?? '', 'u');
  const [min, max] = [
    (schema['minLength'] as number | undefined) ?? 0,
    (schema['maxLength'] as number | undefined) ?? 100,
  ];
  const fitting = TEXTS.filter(([sample]) => pattern.test(sample)).map(([, values]) => values);
  const longest = ['a'.repeat(max), '\u{1F680}'.repeat(max)].filter((value) => pattern.test(value));
  const isValid = (value: string): boolean =>
    pattern.test(value) && value.length >= min && [...value].length <= max;
  const source =
    schema['format'] === undefined && longest.length > 0
      ? fc.oneof(
          { weight: 20, arbitrary: fc.oneof(...fitting) },
          { weight: 1, arbitrary: fc.constantFrom(...longest) },
        )
      : fc.oneof(...fitting);
  return source.filter(isValid);
}

function pathsOf(value: Json, path: Path = []): Path[] {
  if (Array.isArray(value))
    return [path, ...(value as readonly Json[]).flatMap((item, index) => pathsOf(item, [...path, index]))];
  if (isObject(value))
    return [path, ...Object.keys(value).flatMap((name) => pathsOf(value[name] as Json, [...path, name]))];
  return [path];
}

/** A copy with the value at the path changed; undefined takes it away. */
function changed(value: Json, path: Path, change: (value: Json) => Json | undefined): Json {
  const [head, ...rest] = path;
  if (head === undefined) return change(value) ?? null;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item, index) =>
      index === head ? changed(item, rest, change) : item,
    );
  const object = value as JsonObject;
  const inner =
    rest.length === 0 ? change(object[head] as Json) : changed(object[head] as Json, rest, change);
  const copy: Record<string, Json> = { ...object };
  if (inner === undefined) delete copy[head];
  else copy[head] = inner;
  return copy;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
