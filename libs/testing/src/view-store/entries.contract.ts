import { expect, it } from '@jest/globals';
import type { EntriesQuery } from '@rapport/kernel';
import { failure } from '../event-store/store-under-test.js';
import {
  HOSTILE_KEYS,
  placeAt,
  putEntry,
  TIMELINE,
  viewsOf,
  type ViewStoreFactory,
} from './views-under-test.js';

const FAMILIES = ['sale', 'complaint', 'inquiry'];

/** Entries of one key in their own time, a page at a time. */
export function entriesSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);

  /** Thirty entries, one a second, recorded in disorder, beside those of another key. */
  const opened = async () => {
    const views = await open();
    const seconds = Array.from({ length: 30 }, (_, index) => (index * 7) % 30);
    await views.save(TIMELINE, [
      ...seconds.map((second) =>
        putEntry(
          '42',
          placeAt(second),
          {
            family: FAMILIES[second % 3]!,
            headline: `Entry ${second}`,
            channel: second % 2 === 0 ? 'email' : null,
          },
          BigInt(second + 1),
        ),
      ),
      putEntry('43', placeAt(1), { family: 'sale', headline: 'Somebody else' }),
    ]);
    const secondsOf = async (query: Partial<EntriesQuery>): Promise<readonly number[]> =>
      (await views.store.entries(TIMELINE, '42', { countMax: 100, ...query })).items.map(
        ({ position }) => Number(position) - 1,
      );
    return { views, secondsOf };
  };
  const range = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('give an entry as it was put', async () => {
    const views = await open();
    const entry = { family: 'sale', headline: 'Bought "three" \u{1F600}', nested: { list: [1, 2] } };
    await views.save(TIMELINE, [putEntry('42', placeAt(1), entry, 7n)]);
    const stored = { key: '42', ...placeAt(1), entry, position: 7n, recordedat: '2026-01-31T12:00:00.000Z' };
    expect(await views.store.entries(TIMELINE, '42', { countMax: 10 })).toEqual({ items: [stored] });
    expect(await (await views.reopen()).entries(TIMELINE, '42', { countMax: 10 })).toEqual({
      items: [stored],
    });
  });

  it('come newest first unless asked otherwise', async () => {
    const { secondsOf } = await opened();
    expect(await secondsOf({})).toEqual(range(0, 29).toReversed());
    expect(await secondsOf({ order: 'oldestFirst' })).toEqual(range(0, 29));
    expect(await secondsOf({ countMax: 3 })).toEqual([29, 28, 27]);
  });

  it('are ordered by time, source, id and subject, by UTF-8 bytes', async () => {
    const views = await open();
    const places = [
      placeAt(0, { source: 'z' }),
      placeAt(1, { source: 'A' }),
      placeAt(1, { source: 'a', id: '1' }),
      placeAt(1, { source: 'a', id: '2', subject: 'campaign/1' }),
      placeAt(1, { source: 'a', id: '2', subject: 'relationship/1' }),
      placeAt(1, { source: '\uff5e' }),
      placeAt(1, { source: '\u{1F600}' }),
    ];
    await views.save(
      TIMELINE,
      places.toReversed().map((place) => putEntry('42', place, {})),
    );
    const { items } = await views.store.entries(TIMELINE, '42', { order: 'oldestFirst', countMax: 100 });
    expect(items.map(({ time, source, id, subject }) => ({ time, source, id, subject }))).toEqual(places);
  });

  it('are bounded by times, both inclusive', async () => {
    const { secondsOf } = await opened();
    const time = (second: number): string => placeAt(second).time;
    expect(await secondsOf({ from: time(10), to: time(12), order: 'oldestFirst' })).toEqual([10, 11, 12]);
    expect(await secondsOf({ from: time(28) })).toEqual([29, 28]);
    expect(await secondsOf({ to: time(1) })).toEqual([1, 0]);
    expect(await secondsOf({ from: time(5), to: time(4) })).toEqual([]);
  });

  it('are filtered by declared members', async () => {
    const { secondsOf } = await opened();
    expect(await secondsOf({ filter: { family: 'complaint' }, order: 'oldestFirst' })).toEqual(
      range(0, 29).filter((second) => second % 3 === 1),
    );
    expect(await secondsOf({ filter: { family: ['sale', 'inquiry'] }, order: 'oldestFirst' })).toEqual(
      range(0, 29).filter((second) => second % 3 !== 1),
    );
    expect(await secondsOf({ filter: { family: 'sale', channel: 'email' }, order: 'oldestFirst' })).toEqual(
      range(0, 29).filter((second) => second % 6 === 0),
    );
    expect(await secondsOf({ filter: { family: [] } })).toEqual([]);
    expect(await secondsOf({ filter: { family: "sale' OR '1'='1" } })).toEqual([]);
    expect(await secondsOf({ filter: { channel: 'null' } })).toEqual([]);
  });

  it('are searched by text in their headline, whatever the case, and nothing in it is a pattern', async () => {
    const views = await open();
    const headlines = ['Straße geöffnet', 'ÇOK İYİ', '100% paid', '100 paid', 'under_score', 'underscore'];
    await views.save(TIMELINE, [
      ...headlines.map((headline, index) => putEntry('42', placeAt(index), { headline })),
      putEntry('42', placeAt(99), { family: 'without' }),
    ]);
    const found = async (text: string) =>
      (await views.store.entries(TIMELINE, '42', { text, order: 'oldestFirst', countMax: 10 })).items.map(
        ({ entry }) => entry['headline'],
      );
    expect(await found('GEÖFF')).toEqual(['Straße geöffnet']);
    expect(await found('çok')).toEqual(['ÇOK İYİ']);
    expect(await found('0% P')).toEqual(['100% paid']);
    expect(await found('r_s')).toEqual(['under_score']);
    expect(await found('nothing like it')).toEqual([]);
  });

  it.each(['newestFirst', 'oldestFirst'] as const)('page without a gap or a repeat, %s', async (order) => {
    const { views, secondsOf } = await opened();
    for (const filter of [{}, { family: ['sale', 'complaint'] }]) {
      const whole = await secondsOf({ order, filter });
      for (const countMax of [1, 7, 20, 29, 30, 31]) {
        const paged: number[] = [];
        let after: string | undefined;
        do {
          const page = await views.store.entries(TIMELINE, '42', {
            order,
            filter,
            countMax,
            ...(after === undefined ? {} : { after }),
          });
          paged.push(...page.items.map(({ position }) => Number(position) - 1));
          after = page.next;
        } while (after !== undefined);
        expect(paged).toEqual(whole);
      }
    }
  });

  it('go on from their cursor whatever is written in between', async () => {
    const { views, secondsOf } = await opened();
    const { next } = await views.store.entries(TIMELINE, '42', { countMax: 10 });
    await views.save(TIMELINE, [
      { op: 'deleteEntry', key: '42', place: placeAt(20) },
      putEntry('42', placeAt(100), {}, 101n),
    ]);
    expect(await secondsOf({ after: next! })).toEqual(range(0, 19).toReversed());
  });

  it('replace what stands at the same place, and can be removed', async () => {
    const { views, secondsOf } = await opened();
    await views.save(TIMELINE, [
      putEntry('42', placeAt(3), { headline: 'corrected' }, 1_001n),
      { op: 'deleteEntry', key: '42', place: placeAt(4) },
      { op: 'deleteEntry', key: '42', place: placeAt(4_000) },
      { op: 'deleteEntry', key: '42', place: placeAt(5) },
      putEntry('42', placeAt(5), { headline: 'again' }, 6n),
    ]);
    expect(await secondsOf({ to: placeAt(6).time, order: 'oldestFirst' })).toEqual([0, 1, 2, 1_000, 5, 6]);
    expect(await views.store.count(TIMELINE)).toBe(30);
  });

  it('of a key without any are an empty page', async () => {
    const { views } = await opened();
    expect(await views.store.entries(TIMELINE, 'nobody', { countMax: 10 })).toEqual({ items: [] });
  });

  it('of one key are never those of another', async () => {
    const views = await open();
    await views.save(
      TIMELINE,
      HOSTILE_KEYS.map((key, index) => putEntry(key, placeAt(index), { family: key })),
    );
    for (const key of HOSTILE_KEYS) {
      const { items } = await views.store.entries(TIMELINE, key, { filter: { family: key }, countMax: 10 });
      expect(items.map((item) => item.key)).toEqual([key]);
    }
  });

  it('refuse filters that are not declared', async () => {
    const { secondsOf } = await opened();
    const error = await failure(secondsOf({ filter: { headline: 'x' } }), 'FIELD_NOT_INDEXED');
    expect(error.message).toContain('family');
    await failure(secondsOf({ filter: { constructor: 'x' } }), 'FIELD_NOT_INDEXED');
  });

  it.each([
    '',
    'nonsense',
    Buffer.from('["a","b","c"]').toString('base64url'),
    Buffer.from('["a","b","c",null]').toString('base64url'),
  ])('refuse %j as a cursor', async (after) => {
    const { secondsOf } = await opened();
    await failure(secondsOf({ after }), 'INVALID_CURSOR');
  });

  it('refuse pages of no or too great size', async () => {
    const { secondsOf } = await opened();
    await failure(secondsOf({ countMax: 0 }), 'INVALID_QUERY');
    await failure(secondsOf({ countMax: 1_000_000 }), 'LIMIT_EXCEEDED');
  });
}
