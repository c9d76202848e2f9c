import { ACTOR_KINDS, CHANNELS, DIRECTIONS, ERROR_CODES, type Kind } from '@rapport/kernel';

type Schema = { readonly [member: string]: unknown };

/** The name of a kind's payload schema: `SaleCompletedV1`. */
const payloadName = (kind: Kind): string => `${kind.name}V${kind.version}`;
const eventName = (kind: Kind): string => `${payloadName(kind)}Event`;
const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const text = { type: 'string', minLength: 1 } as const;

/** Schemas that follow from the registry of kinds: payloads, events, and the union of all events by `type`. */
export function kindSchemas(kinds: readonly Kind[]): Record<string, Schema> {
  const schemas: Record<string, Schema> = { CloudEventAttributes: ATTRIBUTES };
  for (const kind of kinds) {
    schemas[payloadName(kind)] = {
      title: payloadName(kind),
      description: kind.description,
      ...withoutDialect(kind.schema),
    };
    schemas[eventName(kind)] = eventSchema(kind);
  }
  schemas['CloudEvent'] = {
    oneOf: kinds.map((kind) => refTo(eventName(kind))),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(kinds.map((kind) => [kind.type, refTo(eventName(kind)).$ref])),
    },
  };
  return schemas;
}

/** The dialect is that of the whole document; an identifier would turn references inside it elsewhere. */
function withoutDialect({ $schema: _schema, $id: _id, ...schema }: Kind['schema']): Schema {
  return schema;
}

const ATTRIBUTES: Schema = {
  type: 'object',
  description: 'Attributes of a touchpoint besides its kind and payload',
  required: ['specversion', 'id', 'source', 'subject', 'time'],
  properties: {
    specversion: { const: '1.0' },
    id: {
      ...text,
      maxLength: 200,
      description: "The emitter's id: with source and subject the identity of the touchpoint",
    },
    source: { ...text, maxLength: 500 },
    subject: {
      ...text,
      maxLength: 300,
      description: 'The stream: `<category>/<id>`',
      examples: ['relationship/c-1'],
    },
    time: { ...text, format: 'date-time', description: 'When it happened' },
    datacontenttype: { const: 'application/json' },
    dataschema: { ...text, format: 'uri-reference' },
    channel: { enum: [...CHANNELS] },
    direction: { enum: [...DIRECTIONS] },
    episode: text,
    actorkind: { enum: [...ACTOR_KINDS] },
    actorid: text,
    correlationid: text,
    causationid: text,
    correctsid: text,
    correctssource: text,
  },
};

const eventSchema = (kind: Kind): Schema => ({
  title: eventName(kind),
  description: kind.description,
  allOf: [
    refTo('CloudEventAttributes'),
    {
      type: 'object',
      required: ['type', 'data'],
      properties: { type: { const: kind.type }, data: refTo(payloadName(kind)) },
    },
  ],
  examples: [{ specversion: '1.0', ...kind.example }],
});

/** The schema of problems, with every code there is. */
export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  description: 'Problem details (RFC 9457)',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: '`urn:rapport:error:<CODE>`' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What, where, and what to do next' },
    code: { enum: Object.keys(ERROR_CODES) },
    instance: { type: 'string', format: 'uri-reference' },
    pointer: { type: 'string', description: 'Where in the input (RFC 6901)' },
  },
  additionalProperties: true,
};
