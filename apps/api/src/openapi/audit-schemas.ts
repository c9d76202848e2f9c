import {
  answer,
  anyObject,
  bounds,
  integer,
  list,
  object,
  page,
  position,
  ref,
  text,
  type Schema,
} from './schema-parts.js';

const orNull = (type: string): Schema => ({ type: [type, 'null'] });
const flag = { type: 'boolean' } as const;
const time = { ...text, format: 'date-time' } as const;

const place = {
  position,
  leafIndex: {
    ...orNull('integer'),
    description: 'Index of its leaf in the proof log; null while not sealed',
  },
  eventId: { ...text, format: 'uuid' },
  time,
  recordedat: time,
};
const actor = { actorkind: text, actorid: text };
const memberChange = object({ pointer: text, before: {}, after: {} }, ['before', 'after']);
const side = object({ position, bounds });
const note = object({ ...place, ...actor, kind: text, headline: text, purpose: text }, [
  'actorkind',
  'actorid',
  'purpose',
]);
const withheld = { ...list(text), description: 'Pointers of personal values, which no report holds' };

const correction = object({
  effect: { enum: ['correction', 'void'] },
  counts: flag,
  of: object({ ...place, headline: text }),
  by: object({ ...place, ...actor }, ['actorkind', 'actorid']),
  reason: orNull('string'),
  members: list(memberChange),
  withheld,
});

const reportedEvent = object(
  {
    ...place,
    ...{ subject: text, revision: integer, source: text, id: text, type: text, kind: text, headline: text },
    ...{ channel: text, direction: text, episode: text, ...actor, correlationid: text, causationid: text },
    delaySeconds: integer,
    late: { ...flag, description: 'The ledger had already learned something that happened later' },
    standing: { enum: ['counts', 'corrected', 'voided', 'waiting', 'unknownKind'] },
    now: object({ headline: text, time }),
    withheld,
  },
  ['channel', 'direction', 'episode', 'actorkind', 'actorid', 'correlationid', 'causationid', 'now'],
);

/** Schemas of the answers that auditors ask for: replays, their differences, reports. */
export const AUDIT_SCHEMAS = {
  ReplayedItem: object(
    { key: text, doc: anyObject, time, source: text, id: text, subject: text, entry: anyObject },
    ['doc', 'time', 'source', 'id', 'subject', 'entry'],
  ),
  ReplayPage: answer(page(ref('ReplayedItem'))),
  ReplayHash: answer(object({ view: text, version: integer, documents: integer, sha256: text })),
  ContentChange: object(
    {
      ...{
        key: text,
        subject: text,
        source: text,
        id: text,
        change: { enum: ['added', 'removed', 'changed'] },
      },
      ...{ before: {}, after: {}, members: list(memberChange) },
    },
    ['subject', 'source', 'id', 'before', 'after', 'members'],
  ),
  ReplayDiff: object({
    view: text,
    version: integer,
    first: side,
    second: side,
    value: page(ref('ContentChange')),
  }),
  PartyReport: answer(
    object(
      {
        ...{ ledger: text, tenant: text, party: text, ids: list(text) },
        period: object({
          from: orNull('string'),
          to: orNull('string'),
          recordedFrom: orNull('string'),
          recordedTo: orNull('string'),
        }),
        head: object({ position, count: integer, recordedat: orNull('string') }),
        log: object({
          treeSize: integer,
          checkpoint: { oneOf: [object({ size: integer, rootHash: text, note: text }), { type: 'null' }] },
        }),
        rules: object({ ruleSet: text, version: integer, publishedAt: orNull('string') }),
        views: list(object({ name: text, version: integer })),
        counts: object({ events: integer, late: integer, corrected: integer, voided: integer }),
        corrections: list(correction),
        ...{ merges: list(note), viewings: list(note), erasures: list(note), events: list(reportedEvent) },
        next: { ...text, description: 'Cursor of the next page of events; absent on the last' },
      },
      ['next'],
    ),
  ),
} as const satisfies Record<string, Schema>;
