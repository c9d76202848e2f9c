import { describe, expect, it } from '@jest/globals';
import { accept, type Lifecycle, type Touchpoint } from '@rapport/kernel';
import fc from 'fast-check';
import { Episode } from './episode.js';
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
});
