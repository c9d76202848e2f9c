import { afterEach, describe, expect, it } from '@jest/globals';
import {
  defineFold,
  defineTally,
  RapportError,
  type EffectiveEvent,
  type JsonObject,
  type View,
} from '@rapport/kernel';
import type { EventStore } from '@rapport/ledger';
import { kinds } from '@rapport/touchpoints';
import { openEngine, touchpoint, type Engine } from './open-ledger.js';

let engine: Engine;
afterEach(() => engine.close());

const handles = kinds.all.map(({ type }) => type);
const failsOn = (id: string) => (event: EffectiveEvent) => {
  if (event.id === id) throw new RangeError('cannot digest this');
};

/** Two views that stumble over one event, or over none. */
function stumbling(id: string): readonly View[] {
  const stumble = failsOn(id);
  const common = {
    version: 1,
    description: 'counts',
    handles,
    keys: (event: EffectiveEvent) => event.parties,
    indexes: [],
  };
  return [
    defineFold<{ seen: readonly string[] }>({
      ...common,
      name: 'seen',
      initial: () => ({ seen: [] }),
      evolve: ({ seen }, event) => {
        stumble(event);
        return { seen: [...seen, event.id] };
      },
    }) as unknown as View,
    defineTally({
      ...common,
      name: 'counted',
      tally: (event) => {
        stumble(event);
        return [['n', 1]];
      },
    }),
  ];
}

const sale = (id: string, party: string): JsonObject =>
  touchpoint('SaleCompleted', id, { subject: `relationship/${party}` });
const value = async (view: string, key: string): Promise<JsonObject | undefined> =>
  (await engine.ledger.document(view, key)).value;

describe('an event that a view cannot digest', () => {
  it('parks its key with what comes behind it, while everything else goes on, also over a restart', async () => {
    engine = await openEngine({ views: stumbling('bad') });
    await engine.ledger.record([sale('a-1', 'a'), sale('b-1', 'b')]);
    await engine.settled();
    await engine.ledger.record([sale('bad', 'a'), sale('b-2', 'b')]);
    await engine.settled();
    await engine.reopen();
    await engine.ledger.record([sale('a-2', 'a'), sale('b-3', 'b')]);
    await engine.settled();
    expect(await value('seen', 'b')).toEqual({ seen: ['b-1', 'b-2', 'b-3'] });
    expect(await value('seen', 'a')).toEqual({ seen: ['a-1'] });
    expect((await engine.ledger.parked()).map(({ view, key, waiting }) => ({ view, key, waiting }))).toEqual(
      expect.arrayContaining([
        { view: 'seen', key: 'a', waiting: 2 },
        { view: 'counted', key: 'a', waiting: 2 },
      ]),
    );
    expect((await engine.ledger.parked('seen'))[0]?.error).toContain('cannot digest this');
    expect(engine.failures).toEqual([]);
  });

  it('is taken up again by a retry once the view can digest it, and stays parked until then', async () => {
    engine = await openEngine({ views: stumbling('bad') });
    await engine.ledger.record([sale('a-1', 'a'), sale('bad', 'a'), sale('a-2', 'a')]);
    await engine.settled();
    expect(await engine.ledger.retry('seen', 'a')).toHaveLength(1);
    await engine.reopen({ views: stumbling('nothing') });
    expect(await engine.ledger.retry('seen')).toEqual([]);
    expect(await engine.ledger.retry('counted')).toEqual([]);
    expect((await value('seen', 'a'))?.['seen']).toHaveLength(3);
    expect(await value('counted', 'a')).toEqual({ n: 3 });
    const live = await engine.ledger.hash();
    await engine.ledger.rebuild(undefined);
    expect((await engine.ledger.hash()).all).toBe(live.all);
  });

  it('is parked by a rebuild too', async () => {
    engine = await openEngine({ views: stumbling('bad') });
    await engine.ledger.record([sale('bad', 'a'), sale('b-1', 'b')]);
    await engine.settled();
    await engine.ledger.rebuild('seen');
    expect((await engine.ledger.parked('seen')).map(({ key }) => key)).toEqual(['a']);
    expect(await value('seen', 'b')).toEqual({ seen: ['b-1'] });
  });
});

describe('a view whose version has changed', () => {
  it('is built beside the others while they answer, and answers when it is done', async () => {
    engine = await openEngine({ views: stumbling('nothing') });
    await engine.ledger.record([sale('a-1', 'a')]);
    await engine.settled();
    const [seen, counted] = stumbling('nothing') as [View, View];
    await engine.reopen({ views: [{ ...seen, version: 2 }, counted] });
    expect(await value('counted', 'a')).toEqual({ n: 1 });
    for (let tries = 0; tries < 100; tries++) {
      const answer = await engine.ledger.document('seen', 'a').catch(() => undefined);
      if (answer !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await value('seen', 'a')).toEqual({ seen: ['a-1'] });
    expect(
      (await engine.ledger.health()).map(({ view, version, state }) => `${view} ${version} ${state}`).sort(),
    ).toEqual(['counted 1 live', 'seen 2 live']);
  });
});

describe('a store that does not answer for a while', () => {
  it('parks nothing: the batch is applied once it answers again', async () => {
    let isSilent = false;
    let refusals = 0;
    const around = (events: EventStore): EventStore => {
      const passing = Object.create(events) as EventStore;
      passing.readAt = (positions) => {
        if (!isSilent) return events.readAt(positions);
        if (++refusals === 2) isSilent = false;
        return Promise.reject(new RapportError('STORE_UNAVAILABLE', 'it is frozen'));
      };
      return passing;
    };
    engine = await openEngine({ around });
    await engine.ledger.record([sale('a-1', 'a')]);
    await engine.settled();
    isSilent = true;
    // Earlier in its own time than what is folded already: the whole history of the key is read.
    await engine.ledger.record([{ ...sale('a-2', 'a'), time: '2026-01-01T12:00:00.000Z' }]);
    await engine.settled();
    expect(await engine.ledger.parked()).toEqual([]);
    expect(engine.failures).toEqual([
      expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
      expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
    ]);
    const live = await engine.ledger.hash();
    await engine.ledger.rebuild(undefined);
    expect((await engine.ledger.hash()).all).toBe(live.all);
  });
});
