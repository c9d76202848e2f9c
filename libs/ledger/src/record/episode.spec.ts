import { describe, expect, it } from '@jest/globals';
import { accept, type Lifecycle, type Touchpoint } from '@rapport/kernel';
import fc from 'fast-check';
import { Episode, KeptTexts } from './episode.js';
import { encodeBody } from './event-body.js';

/** Its state says which events it saw, in which order. */
const lifecycle: Lifecycle<string> = {
  name: 'test',
  types: [],
  episodeRequired: true,
  initial: () => '',
  evolve: (state, event) => `${state}${event.id} `,
  decide: () => accept(undefined),
  awaitsBeginning: () => false,
  stage: (state) => state,
};

const at = (id: string, minute: number): Touchpoint => ({
  id,
  source: 'urn:test',
  type: 'rapport.test.Seen.v1',
  subject: 'relationship/1',
  time: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
  data: {},
});

describe('an episode', () => {
  it('gives the same states whatever the order in which its events arrive', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 0, max: 30 }), (arriving, minute) => {
        const episode = new Episode(lifecycle as Lifecycle, 'relationship/1');
        for (const one of arriving) {
          const event = at(`e${one}`, one);
          episode.add(event, encodeBody(event, { data: event.data }));
        }
        const inOrder = arriving.toSorted((a, b) => a - b);
        const said = (list: readonly number[]): string => list.map((one) => `e${one} `).join('');
        expect(episode.around(at('x', minute).time)).toEqual({
          before: said(inOrder.filter((one) => one <= minute)),
          all: said(inOrder),
        });
      }),
    );
  });

  it('orders events of the same time by source and id', () => {
    const episode = new Episode(lifecycle as Lifecycle, 'relationship/1');
    for (const event of [at('b', 1), at('a', 1)]) episode.add(event, encodeBody(event, { data: event.data }));
    expect(episode.around(at('x', 1).time)).toEqual({ before: 'a b ', all: 'a b ' });
    expect(episode.around(at('x', 0).time).before).toBe('');
  });

  it('gives the same states after it let its texts go, to every event that comes later', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(minutes, fc.nat(12), (arriving, cut) => {
        const whole = new Episode(lifecycle as Lifecycle, 'relationship/1');
        const lean = new Episode(lifecycle as Lifecycle, 'relationship/1');
        arriving.forEach((one, place) => {
          const event = at(`e${one}`, one);
          const body = encodeBody(event, { data: event.data });
          whole.add(event, body);
          if (place === cut) lean.letGo();
          if (lean.places(event.time)) lean.add(event, body);
        });
        const refused = arriving.filter((one, place) => place >= cut && !arrivedAfter(arriving, cut, one));
        fc.pre(refused.length === 0);
        for (const minute of [0, ...arriving, 31]) {
          const { time } = at('x', minute);
          if (lean.places(time)) expect(lean.around(time)).toEqual(whole.around(time));
        }
      }),
    );
  });

  it('does not place an event at or before the time of those it let go', () => {
    const episode = new Episode(lifecycle as Lifecycle, 'relationship/1');
    const event = at('a', 5);
    expect(episode.places(at('x', 0).time)).toBe(true);
    episode.add(event, encodeBody(event, { data: event.data }));
    expect(episode.places(at('x', 0).time)).toBe(true);
    expect(episode.letGo()).toBe(1);
    expect(episode.places(at('x', 5).time)).toBe(false);
    expect(episode.places(at('x', 6).time)).toBe(true);
  });
});

/** Whether it is later than every event that arrived before the texts were let go. */
const arrivedAfter = (arriving: readonly number[], cut: number, minute: number): boolean =>
  arriving.slice(0, cut).every((other) => other < minute);

describe('the texts that are kept of all episodes', () => {
  it('are let go by the oldest first, and never by the newest', () => {
    const texts = new KeptTexts(3);
    const episodes = [1, 2, 3].map(() => new Episode(lifecycle as Lifecycle, 'relationship/1'));
    const add = (episode: Episode, minute: number): void => {
      const event = at(`e${minute}`, minute);
      episode.add(event, encodeBody(event, { data: event.data }));
      texts.added(episode);
    };
    const [first, second, third] = episodes as [Episode, Episode, Episode];
    add(first, 1);
    add(second, 2);
    add(second, 3);
    add(third, 4);
    const early = at('x', 0).time;
    expect([first, second, third].map((episode) => episode.places(early))).toEqual([false, true, true]);
    for (let minute = 5; minute < 12; minute++) add(third, minute);
    expect([first, second, third].map((episode) => episode.places(early))).toEqual([false, false, true]);
  });
});
