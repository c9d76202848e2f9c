import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { relationshipOf, type JsonObject, type Lifecycle, type Touchpoint } from '@rapport/kernel';
import { kinds } from '@rapport/touchpoints';
import { generateSample } from './generate-sample.js';
import { sampleHighlights } from './sample-highlights.js';

const sample = [...generateSample()] as unknown as (Touchpoint & JsonObject)[];
const named = (kind: string): Touchpoint[] => sample.filter(({ type }) => type.split('.')[2] === kind);
const kindsIn = (party: string, episode: string): string[] =>
  sample
    .filter((event) => event.subject === relationshipOf(party) && event.episode === episode)
    .map(({ type }) => type.split('.')[2] ?? '');

describe('the sample', () => {
  it('is the same on every machine', () => {
    const digest = createHash('sha256');
    for (const event of sample) digest.update(`${JSON.stringify(event)}\n`);
    expect(digest.digest('hex')).toBe('ef7b50e397146613e2bb8a20f0e8549625b0fd4a9aaa629310a0e0d937ed39bd');
  });

  it('has more than twenty-six thousand touchpoints', () => {
    expect(sample.length).toBe(26_760);
  });

  it('shows every kind that is registered', () => {
    const shown = new Set(sample.map(({ type }) => type));
    expect(kinds.all.map(({ type }) => type).filter((type) => !shown.has(type))).toEqual([]);
  });

  it('has only payloads that their kinds accept', () => {
    const refused = sample.flatMap(({ id, type, data }) => {
      const checked = kinds.get(type)?.validate(data);
      return checked?.ok === true ? [] : [`${id}: ${checked?.rejection.message ?? 'no such kind'}`];
    });
    expect(refused).toEqual([]);
  });

  it('names no touchpoint twice', () => {
    const identities = new Set(sample.map(({ subject, source, id }) => `${subject} ${source} ${id}`));
    expect(identities.size).toBe(sample.length);
  });

  it('spans three years and no moment more', () => {
    const times = sample.map(({ time }) => time).sort();
    expect(times[0]).toBe('2023-10-01T00:00:00.000Z');
    expect(times.at(-1)).toMatch(/^2026-09-30T/);
  });

  it('arrives late in places, as the world does', () => {
    let latest = '';
    const late = sample.filter(({ time }) => {
      const isLate = time < latest;
      if (!isLate) latest = time;
      return isLate;
    });
    expect(late.length).toBeGreaterThan(1_000);
    expect(late.length).toBeLessThan(sample.length / 10);
  });

  it('corrects and voids only what arrived before', () => {
    const arrived = new Set<string>();
    const early = sample.filter(({ subject, source, id, correctsid, correctssource }) => {
      arrived.add(`${subject} ${source} ${id}`);
      return correctsid !== undefined && !arrived.has(`${subject} ${correctssource} ${correctsid}`);
    });
    expect(early).toEqual([]);
  });

  it('leaves three cases awaiting their beginning', () => {
    expect(awaiting()).toEqual([
      'complaint-c-0019-branch',
      'inquiry-c-0027-branch',
      'negotiation-o-005-branch',
    ]);
  });
});

describe('what to try first', () => {
  it('is a customer with a rich timeline and a complaint that ended well', () => {
    const { party, episode } = sampleHighlights.complaint;
    const timeline = sample.filter(({ subject }) => subject === relationshipOf(party));
    expect(timeline.length).toBeGreaterThan(60);
    expect(new Set(timeline.map(({ type }) => type)).size).toBeGreaterThan(20);
    expect(kindsIn(party, episode)).toEqual([
      'ComplaintReceived',
      'ComplaintAcknowledged',
      'ComplaintAssessed',
      'ComplaintInvestigated',
      'RemedyOffered',
      'RemedyAccepted',
      'ComplaintResponded',
      'ComplaintClosed',
    ]);
    expect(named('ReferralConverted').filter(({ subject }) => subject === relationshipOf(party))).not.toEqual(
      [],
    );
  });

  it('is a customer who brought others over generations', () => {
    const { party, generations } = sampleHighlights.referrer;
    const brought = new Map<string, string[]>();
    for (const { subject, data } of named('ReferralConverted')) {
      brought.set(subject, [...(brought.get(subject) ?? []), data['prospect'] as string]);
    }
    const sizes: number[] = [];
    for (let level: string[] = [party]; level.length > 0; sizes.push(level.length)) {
      level = level.flatMap((one) => brought.get(relationshipOf(one)) ?? []);
    }
    expect(sizes.filter((size) => size > 0)).toHaveLength(generations);
    expect(sizes[0]).toBe(Math.max(...[...brought.values()].map((prospects) => prospects.length)));
  });

  it('is a negotiation from its opening to a renewed contract', () => {
    const { party, episode } = sampleHighlights.negotiation;
    const moves = kindsIn(party, episode);
    expect(moves[0]).toBe('NegotiationOpened');
    expect(moves).toEqual(
      expect.arrayContaining([
        'TermProposed',
        'TermCountered',
        'TermAccepted',
        'ContractSigned',
        'ContractAmended',
        'ContractRenewed',
      ]),
    );
  });
});

/** Episodes that have events but not the one that begins them, by the life cycles of the kinds. */
function awaiting(): string[] {
  const episodes = new Map<string, { lifecycle: Lifecycle; name: string; events: Touchpoint[] }>();
  for (const event of sample) {
    const lifecycle = kinds.get(event.type)?.lifecycle;
    const name = lifecycle?.episodeOf === undefined ? event.episode : lifecycle.episodeOf(event);
    if (lifecycle === undefined || name === undefined) continue;
    const key = `${event.subject} ${lifecycle.name} ${name}`;
    const known = episodes.get(key) ?? { lifecycle, name, events: [] };
    known.events.push(event);
    episodes.set(key, known);
  }
  return [...episodes.values()]
    .filter(({ lifecycle, events }) => {
      const inTime = events.toSorted((a, b) => (a.time < b.time ? -1 : 1));
      return lifecycle.awaitsBeginning(inTime.reduce(lifecycle.evolve, lifecycle.initial()));
    })
    .map(({ name }) => name)
    .sort();
}
