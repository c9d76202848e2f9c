import { describe, expect, it } from '@jest/globals';
import {
  CHANNELS,
  joinPersonal,
  partiesOf,
  splitPersonal,
  type JsonObject,
  type Kind,
  type Touchpoint,
} from '@rapport/kernel';
import { validPayloads } from '@rapport/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { HEADLINE_LENGTH_MAX } from './define-kind.js';
import { kinds } from './registry.js';

const every = kinds.all.map((kind) => [kind.name, kind] as const);

/** A payload of the kind that also keeps its rules between members. */
const payloadsOf = (kind: Kind): fc.Arbitrary<JsonObject> =>
  validPayloads(kind.schema).filter((data) => kind.validate(data).ok);

const eventOf = (kind: Kind, data: JsonObject): Touchpoint => ({ ...kind.example, data });

/** All that the scoring rules may build on. */
const SIGNALS = new Set(
  [
    'relationship.opened relationship.closed relationship.revived inquiry inquiry.answered advice fit.confirmed fit.failed',
    'need.discovered need.matched need.satisfied need.declined preference sale sale.returned',
    'opportunity.opened opportunity.won opportunity.lost quote.sent offer.made offer.accepted offer.declined briefing',
    'subscription.started subscription.renewed subscription.cancelled complaint.minor complaint.major complaint.critical',
    'complaint.remedied complaint.satisfied complaint.unsatisfied complaint.disputed support.requested support.resolved',
    'support.reopened survey.promoter survey.passive survey.detractor feedback recommendation.positive',
    'recommendation.neutral recommendation.negative referral.made referral.accepted referral.converted contract.signed',
    'contract.amended contract.renewed contract.terminated negotiation.abandoned consent.granted consent.withdrawn',
  ]
    .join(' ')
    .split(' '),
);

describe('the registry of kinds', () => {
  it('finds a kind by its full type', () => {
    expect(kinds.get('rapport.sale.SaleCompleted.v1')?.name).toBe('SaleCompleted');
    expect(kinds.get('rapport.sale.SaleCompleted.v2')).toBeUndefined();
    expect(kinds.get('constructor')).toBeUndefined();
  });

  it('holds each type once, in order', () => {
    const types = kinds.all.map(({ type }) => type);
    expect([...new Set(types)].sort()).toEqual(types);
  });

  it.each(every)('has a schema of %s that is one by JSON Schema 2020-12', (_name, kind) => {
    const ajv = new Ajv2020();
    expect([ajv.validateSchema(kind.schema), ajv.errors]).toEqual([true, null]);
  });

  it('emits every signal that scores are made of, and no other', () => {
    const seen = new Set<string>();
    for (const kind of kinds.all) {
      for (const data of fc.sample(payloadsOf(kind), { numRuns: 40, seed: 7 }))
        for (const { name } of kind.signals(eventOf(kind, data))) seen.add(name);
    }
    expect([...seen].sort()).toEqual([...SIGNALS].sort());
  });

  it('resolves exactly corrections, voids, merges and unmerges in front of the views', () => {
    const effects = kinds.all
      .filter(({ effect }) => effect !== 'fact')
      .map(({ name, effect }) => `${name} ${effect}`);
    expect(effects).toEqual([
      'TouchpointCorrected correction',
      'TouchpointVoided void',
      'PartiesMerged merge',
      'PartiesUnmerged unmerge',
    ]);
  });

  it('lists in each life cycle the kinds that have it', () => {
    for (const { lifecycle } of kinds.all) {
      if (lifecycle === undefined) continue;
      const members = kinds.all.filter((kind) => kind.lifecycle === lifecycle).map(({ type }) => type);
      expect([...lifecycle.types].sort()).toEqual(members);
    }
  });
});

describe.each(every)('%s', (_name, kind) => {
  it('has an example that is a whole valid touchpoint', () => {
    const { example } = kind;
    expect(kind.validate(example.data)).toEqual({ ok: true, value: example.data });
    expect(example.type).toBe(kind.type);
    expect(example.subject).toMatch(/^(relationship|policy)\/[^/]+$/);
    expect(new Date(example.time).toISOString()).toBe(example.time);
    expect([undefined, ...CHANNELS]).toContain(example.channel);
    expect(example.correctsid !== undefined).toBe(kind.effect === 'correction' || kind.effect === 'void');
    expect(kind.lifecycle?.episodeRequired !== true || example.episode !== undefined).toBe(true);
  });

  it('says in one sentence what has happened', () => {
    expect(kind.description).toMatch(/^[A-Z].*\.$/);
    expect(kind.headline(kind.example)).toMatch(/^.+\.$/);
  });

  it('has a headline that reads nothing personal, is bounded, and is the same every time', () => {
    fc.assert(
      fc.property(payloadsOf(kind), (data) => {
        const headline = kind.headline(eventOf(kind, data));
        expect(headline.length).toBeLessThanOrEqual(HEADLINE_LENGTH_MAX);
        expect(headline.isWellFormed()).toBe(true);
        expect(kind.headline(eventOf(kind, splitPersonal(kind.personal, data).data))).toBe(headline);
      }),
      { numRuns: 12 },
    );
  });

  it('gives signals and parties without reading anything personal', () => {
    fc.assert(
      fc.property(payloadsOf(kind), (data) => {
        const kept = splitPersonal(kind.personal, data);
        expect(joinPersonal(kept.data, kept.personal)).toEqual(data);
        expect(kind.signals(eventOf(kind, kept.data))).toEqual(kind.signals(eventOf(kind, data)));
        expect(partiesOf(kind, eventOf(kind, kept.data))).toEqual(partiesOf(kind, eventOf(kind, data)));
        const amounts = kind.signals(eventOf(kind, data)).map(({ amount }) => amount?.amountMinor ?? 0);
        expect(amounts.filter((amount) => !Number.isSafeInteger(amount))).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it('marks as personal exactly what the catalogue marks, and never a part of a sale', () => {
    expect(kind.personal).toEqual(PERSONAL[kind.name] ?? []);
  });
});

const PERSONAL: Readonly<Record<string, readonly string[]>> = {
  PartyIdentified: ['/value'],
  AttributeObserved: ['/value'],
  PreferenceExpressed: ['/value'],
  SurveyAnswered: ['/verbatim'],
  ...Object.fromEntries(
    'InquiryReceived InquiryAnswered ComplaintReceived ComplaintAcknowledged ComplaintInvestigated ComplaintResponded SupportRequested SupportFirstResponded FeedbackReceived'
      .split(' ')
      .map((name) => [name, ['/text']]),
  ),
};

describe('two kinds', () => {
  interface Shape {
    readonly properties: Readonly<Record<string, unknown>>;
    readonly required?: readonly string[];
  }

  it('that both fit a payload agree on what of it is personal, so that corrections may come first', () => {
    const facts = kinds.all.filter(({ effect }) => effect === 'fact');
    const shapeOf = (kind: Kind): Shape => kind.schema as unknown as Shape;
    const fits = (one: Kind, other: Kind): boolean =>
      (shapeOf(one).required ?? []).every((name) => Object.hasOwn(shapeOf(other).properties, name));
    const torn = facts.flatMap((one) =>
      facts
        .filter((other) => fits(one, other) && fits(other, one))
        .filter((other) =>
          one.personal.some(
            (pointer) =>
              !other.personal.includes(pointer) && Object.hasOwn(shapeOf(other).properties, pointer.slice(1)),
          ),
        )
        .map((other) => `${one.name} and ${other.name}`),
    );
    expect(torn).toEqual([]);
  });
});

describe('parties named in a payload', () => {
  it.each([
    ['ReferralMade', { prospect: 'c-2' }, ['c-2']],
    ['RecommendationMade', { valence: 'positive', to: 'c-3' }, ['c-3']],
    ['RecommendationMade', { valence: 'positive' }, []],
    ['PartiesMerged', { absorbed: 'c-4', basis: 'same' }, ['c-4']],
    ['PartiesUnmerged', { absorbed: 'c-4', basis: 'not the same' }, ['c-4']],
    ['PartyRegistered', { kind: 'person', partOf: 'o-1' }, ['o-1']],
  ])('of %s are found', (name, data, parties) => {
    expect(kinds.all.find((kind) => kind.name === name)?.names(data)).toEqual(parties);
  });
});
