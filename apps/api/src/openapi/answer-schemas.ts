import { AUDIT_SCHEMAS } from './audit-schemas.js';
import {
  answer,
  anyObject,
  bounds,
  catalogue,
  integer,
  list,
  object,
  page,
  position,
  ref,
  text,
  type Schema,
} from './schema-parts.js';

const viewHealth = object({
  view: text,
  version: integer,
  state: text,
  position,
  lagEvents: integer,
  lagSeconds: { type: 'number' },
  parked: integer,
  moving: { type: 'boolean' },
});
const viewMembers = {
  name: text,
  version: integer,
  shape: { enum: ['entries', 'fold', 'tally'] },
  description: text,
  indexes: list(object({ name: text, type: text })),
  filters: list(text),
  health: list(viewHealth),
};
const kindMembers = {
  type: text,
  family: text,
  name: text,
  version: integer,
  description: text,
  effect: { enum: ['fact', 'correction', 'void', 'merge', 'unmerge'] },
  personal: list(text),
  lifecycle: { type: ['string', 'null'] },
};
const rebuildJob = object(
  {
    view: text,
    state: { enum: ['running', 'done', 'failed'] },
    startedAt: text,
    finishedAt: text,
    progress: object({
      done: integer,
      total: integer,
      eventsPerSecond: { type: 'number' },
      etaSeconds: { type: 'number' },
    }),
    error: object({ code: text, message: text }),
  },
  ['finishedAt', 'progress', 'error'],
);
const outcomeMembers = {
  eventId: { ...text, format: 'uuid' },
  id: text,
  source: text,
  subject: text,
  position,
  revision: integer,
  leafIndex: { ...integer, description: 'Index of its leaf in the proof log, with `wait`' },
  treeSize: { ...integer, description: 'Leaves of the checkpoint that covers it, with `wait=published`' },
};
const counts = { read: integer, recorded: integer, duplicate: integer, rejected: integer };

/** Schemas of answers, by name. Documents of views keep their own shape: they are open objects here. */
export const ANSWER_SCHEMAS = {
  Recorded: object(
    { status: { enum: ['recorded', 'duplicate', 'valid'] }, ...outcomeMembers },
    Object.keys(outcomeMembers),
  ),
  BatchRecorded: object(
    {
      ...counts,
      valid: integer,
      outcomes: list(
        object(
          {
            index: integer,
            status: { enum: ['recorded', 'duplicate', 'rejected', 'valid'] },
            ...outcomeMembers,
            code: text,
            message: text,
            pointer: text,
          },
          [...Object.keys(outcomeMembers), 'code', 'message', 'pointer'],
        ),
      ),
    },
    ['valid'],
  ),
  IngestLine: {
    oneOf: [
      object({ line: integer, status: { enum: ['recorded', 'duplicate'] }, position }),
      object({ line: integer, status: { const: 'rejected' }, code: text, message: text, pointer: text }, [
        'pointer',
      ]),
      object(
        {
          summary: { const: true },
          complete: { type: 'boolean' },
          ...counts,
          unknown: integer,
          code: text,
          message: text,
        },
        ['unknown', 'code', 'message'],
      ),
    ],
  },
  Event: object(
    {
      ...{ id: text, source: text, type: text, subject: text, time: { ...text, format: 'date-time' } },
      ...{ channel: text, direction: text, episode: text, actorkind: text, actorid: text },
      ...{ correlationid: text, causationid: text, correctsid: text, correctssource: text },
      data: anyObject,
      ...{
        eventId: { ...text, format: 'uuid' },
        recordedat: { ...text, format: 'date-time' },
        position,
        revision: integer,
        correctsrevision: integer,
      },
      personal: { ...anyObject, description: 'Personal values by JSON pointer into `data`' },
      withheld: { ...list(text), description: 'Pointers of personal values that this answer leaves out' },
    },
    [
      ...['channel', 'direction', 'episode', 'actorkind', 'actorid', 'correlationid', 'causationid'],
      ...['correctsid', 'correctssource', 'correctsrevision', 'personal', 'withheld'],
    ],
  ),
  Feed: object({ items: list(ref('Event')), next: position, isLast: { type: 'boolean' } }),
  Receipt: object({
    position,
    eventId: text,
    leafIndex: integer,
    treeSize: { ...integer, description: 'Leaves of the checkpoint in the receipt' },
    leaf: { ...text, description: 'The exact bytes of the leaf, as text: canonical JSON' },
    receipt: { ...text, description: 'The receipt (C2SP tlog-proof), as text' },
  }),
  Stream: object({ exists: { type: 'boolean' }, items: list(ref('Event')) }),
  Kinds: catalogue(object(kindMembers)),
  Kind: object({ ...kindMembers, schema: anyObject, example: anyObject }),
  Views: catalogue(object(viewMembers)),
  View: object({ ...viewMembers, rebuild: rebuildJob }, ['rebuild']),
  ViewHashes: object({
    views: list(object({ view: text, version: integer, documents: integer, sha256: text })),
    all: text,
    position,
  }),
  RebuildJob: rebuildJob,
  ParkedKeys: catalogue(
    object({ view: text, version: integer, key: text, position, error: text, waiting: integer }),
  ),
  DocumentAnswer: answer(anyObject),
  DocumentPage: answer(page(object({ key: text, doc: anyObject }))),
  EntryPage: answer(page(anyObject)),
  TimelineAnswer: answer({
    ...anyObject,
    description: 'Items, or episodes with `groupBy=episode`; `next` is the cursor of the next page',
  }),
  Analyses: catalogue(
    object({
      name: text,
      version: integer,
      description: text,
      takes: { type: 'object', additionalProperties: text },
    }),
  ),
  ...AUDIT_SCHEMAS,
  AnalysisAnswer: object({
    analysis: text,
    version: integer,
    position,
    bounds,
    parameters: {},
    value: {},
    behind: integer,
  }),
} as const satisfies Record<string, Schema>;
