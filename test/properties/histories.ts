import { type Json, type JsonObject, type Kind, type Kinds, type Touchpoint } from '@rapport/kernel';
import fc from 'fast-check';

/** A recorded history, as CloudEvents in the order in which they happen to arrive. */
export type History = readonly JsonObject[];

/** The parties of every history. */
export const PARTIES = ['p-1', 'p-2', 'p-3', 'p-4', 'p-é\u{1F600}'] as const;
const SOURCES = ['urn:a', 'urn:b'] as const;
const DAYS = 40;

interface Draw {
  readonly kind: number;
  readonly party: number;
  readonly other: number;
  readonly source: number;
  readonly minute: number;
  readonly target: number;
  readonly sentiment: number;
  readonly withOther: boolean;
  readonly episode: number;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.nat(),
  party: fc.nat(PARTIES.length - 1),
  other: fc.nat(PARTIES.length - 1),
  source: fc.nat(SOURCES.length - 1),
  minute: fc.nat(DAYS * 24 * 60),
  target: fc.nat(),
  sentiment: fc.integer({ min: -2, max: 2 }),
  withOther: fc.boolean(),
  episode: fc.nat(2),
});

/** Histories of every kind there is, with corrections and voids of events that stand before, after or nowhere, and merges. */
export function histories(kinds: Kinds, sizeMax: number): fc.Arbitrary<History> {
  const facts = kinds.all.filter(({ effect }) => effect === 'fact');
  const effects = kinds.all.filter(({ effect }) => effect !== 'fact');
  return fc
    .tuple(
      fc.array(draw, { minLength: 2, maxLength: sizeMax }),
      fc.array(draw, { maxLength: Math.ceil(sizeMax / 3) }),
    )
    .map(([factDraws, effectDraws]) => {
      const events = factDraws.map((one, at) => fact(facts[one.kind % facts.length] as Kind, one, at));
      const changes = effectDraws.map((one, at) =>
        change(effects[one.kind % effects.length] as Kind, one, at, events, kinds),
      );
      return [...events, ...changes] as History;
    });
}

const timeOf = (minute: number): string => new Date(Date.UTC(2025, 0, 1) + minute * 60_000).toISOString();
const partyOf = (index: number): string => PARTIES[index] as string;

function fact(kind: Kind, one: Draw, at: number): JsonObject {
  const { subject, data } = kind.example;
  const about = subject.startsWith('relationship/') ? `relationship/${partyOf(one.party)}` : subject;
  return cloudEvent(kind, one, `fact-${at}`, about, {
    ...renamed(kind, data, one),
    sentiment: one.sentiment,
    ...(one.withOther ? { parties: [{ id: partyOf(one.other), role: 'other' }] } : {}),
  });
}

function change(kind: Kind, one: Draw, at: number, facts: readonly JsonObject[], kinds: Kinds): JsonObject {
  if (kind.effect === 'merge' || kind.effect === 'unmerge') {
    const survivor = one.party === one.other ? (one.party + 1) % PARTIES.length : one.party;
    return cloudEvent(kind, one, `merge-${at}`, `relationship/${partyOf(survivor)}`, {
      ...kind.example.data,
      absorbed: partyOf(one.other),
    });
  }
  const target = facts[one.target % facts.length] as JsonObject & Touchpoint;
  const nowhere = one.target % 7 === 0;
  const targetKind = kinds.get(target.type) as Kind;
  const corrected = { ...(fact(targetKind, one, 0)['data'] as JsonObject) };
  const data: JsonObject =
    kind.effect === 'void'
      ? kind.example.data
      : {
          ...without(kind.example.data, 'time'),
          data: corrected,
          ...(one.withOther ? { time: timeOf(one.minute) } : {}),
        };
  return {
    ...cloudEvent(kind, one, `change-${at}`, target.subject, data),
    correctsid: nowhere ? 'nothing' : target.id,
    correctssource: target.source,
  };
}

function cloudEvent(kind: Kind, one: Draw, id: string, subject: string, data: JsonObject): JsonObject {
  const { example } = kind;
  const needsEpisode = example.episode !== undefined;
  return {
    specversion: '1.0',
    id,
    source: SOURCES[one.source] as string,
    type: kind.type,
    subject,
    time: timeOf(one.minute),
    ...(example.channel === undefined ? {} : { channel: example.channel }),
    ...(example.direction === undefined ? {} : { direction: example.direction }),
    ...(needsEpisode ? { episode: `e-${one.episode}` } : {}),
    data,
  };
}

const without = ({ ...data }: Record<string, Json>, member: string): JsonObject => {
  delete data[member];
  return data;
};

/** The example's payload with the party it names replaced by one of ours. */
function renamed(kind: Kind, data: JsonObject, one: Draw): JsonObject {
  const named = new Set(kind.names(data));
  const replace = (value: Json): Json => {
    if (typeof value === 'string') return named.has(value) ? partyOf(one.other) : value;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
    return value;
  };
  return replace(data) as JsonObject;
}
