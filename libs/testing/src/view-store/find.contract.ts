import { expect, it } from '@jest/globals';
import type { Condition, FindQuery } from '@rapport/kernel';
import { failure } from '../event-store/store-under-test.js';
import { HOSTILE_KEYS, PARTIES, put, TIMELINE, viewsOf, type ViewStoreFactory } from './views-under-test.js';

const CITIES = ['Aachen', 'Berlin', 'Bergen', 'Çankaya', 'Zürich'];

/** A closed algebra over declared fields; anything else is refused, never scanned. */
export function findSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);

  /** Forty parties: every fifth without a city, every seventh without a score. */
  const opened = async () => {
    const views = await open();
    const docs = Array.from({ length: 40 }, (_, index) => ({
      key: `party-${String(index).padStart(2, '0')}`,
      doc: {
        ...(index % 5 === 0 ? {} : { city: CITIES[index % CITIES.length]! }),
        ...(index % 7 === 0 ? {} : { score: (index % 10) - 3 }),
        active: index % 2 === 0,
      },
    }));
    await views.save(
      PARTIES,
      docs.map(({ key, doc }) => put(key, doc)),
    );
    const keys = async (query: Partial<FindQuery>): Promise<readonly string[]> =>
      (await views.store.find(PARTIES, { countMax: 100, ...query })).items.map(({ key }) => key);
    const where = (...conditions: Condition[]): Promise<readonly string[]> => keys({ where: conditions });
    const matching = (
      test: (doc: { city?: string; score?: number; active: boolean }, key: string) => boolean,
    ): readonly string[] => docs.filter(({ doc, key }) => test(doc, key)).map(({ key }) => key);
    return { views, docs, keys, where, matching };
  };

  it('gives everything by key when nothing is asked', async () => {
    const { keys, docs } = await opened();
    expect(await keys({})).toEqual(docs.map(({ key }) => key));
    expect(await keys({ sort: { field: 'key', direction: 'descending' } })).toEqual(
      docs.map(({ key }) => key).reverse(),
    );
  });

  it('finds by equality, of texts, integers and truth values', async () => {
    const { where, matching } = await opened();
    expect(await where({ field: 'city', op: 'equals', value: 'Bergen' })).toEqual(
      matching(({ city }) => city === 'Bergen'),
    );
    expect(await where({ field: 'score', op: 'equals', value: -2 })).toEqual(
      matching(({ score }) => score === -2),
    );
    expect(await where({ field: 'active', op: 'equals', value: false })).toEqual(
      matching(({ active }) => !active),
    );
    expect(await where({ field: 'key', op: 'equals', value: 'party-07' })).toEqual(['party-07']);
    expect(await where({ field: 'city', op: 'equals', value: null })).toEqual(
      matching(({ city }) => city === undefined),
    );
  });

  it('finds by a list of values', async () => {
    const { where, matching } = await opened();
    expect(await where({ field: 'city', op: 'in', value: ['Bergen', 'Zürich', 'Nowhere'] })).toEqual(
      matching(({ city }) => city === 'Bergen' || city === 'Zürich'),
    );
    expect(await where({ field: 'score', op: 'in', value: [1, null] })).toEqual(
      matching(({ score }) => score === 1 || score === undefined),
    );
    expect(await where({ field: 'active', op: 'in', value: [true] })).toEqual(
      matching(({ active }) => active),
    );
    expect(await where({ field: 'city', op: 'in', value: [] })).toEqual([]);
  });

  it('finds by a range with both bounds inclusive, or one open', async () => {
    const { where, matching } = await opened();
    expect(await where({ field: 'score', op: 'range', value: [-1, 2] })).toEqual(
      matching(({ score }) => score !== undefined && score >= -1 && score <= 2),
    );
    expect(await where({ field: 'score', op: 'range', value: [null, 0] })).toEqual(
      matching(({ score }) => score !== undefined && score <= 0),
    );
    expect(await where({ field: 'city', op: 'range', value: ['Berlin', null] })).toEqual(
      matching(({ city }) => city !== undefined && city >= 'Berlin'),
    );
    expect(await where({ field: 'score', op: 'range', value: [null, null] })).toEqual(
      matching(({ score }) => score !== undefined),
    );
    expect(await where({ field: 'score', op: 'range', value: [5, 1] })).toEqual([]);
  });

  it('finds by the beginning of a text', async () => {
    const { where, matching } = await opened();
    expect(await where({ field: 'city', op: 'prefix', value: 'Ber' })).toEqual(
      matching(({ city }) => city?.startsWith('Ber') === true),
    );
    expect(await where({ field: 'city', op: 'prefix', value: 'Ç' })).toEqual(
      matching(({ city }) => city === 'Çankaya'),
    );
    expect(await where({ field: 'key', op: 'prefix', value: 'party-1' })).toEqual(
      matching((_, key) => key.startsWith('party-1')),
    );
    expect(await where({ field: 'city', op: 'prefix', value: '%' })).toEqual([]);
    expect(await where({ field: 'city', op: 'prefix', value: '' })).toEqual(
      matching(({ city }) => city !== undefined),
    );
  });

  it('takes the beginning of a text at the end of the code points', async () => {
    const views = await open();
    const texts = ['a', 'a\ud7ff', 'a\uffff', 'a\u{10ffff}', 'a\u{10ffff}b', 'b'];
    await views.save(
      PARTIES,
      texts.map((city, index) => put(String(index), { city })),
    );
    const found = async (prefix: string) =>
      (
        await views.store.find(PARTIES, {
          where: [{ field: 'city', op: 'prefix', value: prefix }],
          countMax: 10,
        })
      ).items.map(({ key }) => key);
    expect(await found('a')).toEqual(['0', '1', '2', '3', '4']);
    expect(await found('a\ud7ff')).toEqual(['1']);
    expect(await found('a\u{10ffff}')).toEqual(['3', '4']);
    expect(await found('\u{10ffff}')).toEqual([]);
  });

  it('finds by whether there is a value', async () => {
    const { where, matching } = await opened();
    expect(await where({ field: 'city', op: 'exists', value: true })).toEqual(
      matching(({ city }) => city !== undefined),
    );
    expect(await where({ field: 'city', op: 'exists', value: false })).toEqual(
      matching(({ city }) => city === undefined),
    );
    expect(await where({ field: 'active', op: 'exists', value: false })).toEqual([]);
  });

  it('finds documents by what their fields are now, however often they changed', async () => {
    const views = await open();
    const found = async (condition: Condition) =>
      (await views.store.find(PARTIES, { where: [condition], countMax: 10 })).items.map(({ key }) => key);
    await views.save(PARTIES, [put('a', { city: 'Bergen', score: 1, active: true }), put('b', { score: 1 })]);
    await views.save(PARTIES, [put('a', { city: 'Bergen', score: 2, active: true })]);
    await views.save(PARTIES, [
      put('a', { score: 2, active: false }),
      put('b', { city: 'Bergen', score: 1 }),
    ]);
    await views.reopen();
    await views.save(PARTIES, [put('a', { score: 3, active: false }), put('a', { score: 4, active: false })]);
    expect(await found({ field: 'city', op: 'equals', value: 'Bergen' })).toEqual(['b']);
    expect(await found({ field: 'city', op: 'exists', value: false })).toEqual(['a']);
    expect(await found({ field: 'score', op: 'range', value: [1, 4] })).toEqual(['a', 'b']);
    expect(await found({ field: 'score', op: 'in', value: [2, 3] })).toEqual([]);
    expect(await found({ field: 'active', op: 'equals', value: false })).toEqual(['a']);
  });

  it('finds what fulfils all conditions', async () => {
    const { where, matching } = await opened();
    expect(
      await where(
        { field: 'active', op: 'equals', value: true },
        { field: 'score', op: 'range', value: [0, null] },
        { field: 'city', op: 'exists', value: true },
      ),
    ).toEqual(
      matching(
        ({ active, score, city }) => active && score !== undefined && score >= 0 && city !== undefined,
      ),
    );
  });

  it('sorts by a field, ties by key, documents without it first when ascending and last when descending', async () => {
    const { keys, docs } = await opened();
    const ascending = docs
      .toSorted((a, b) => (a.doc.score ?? -Infinity) - (b.doc.score ?? -Infinity) || (a.key < b.key ? -1 : 1))
      .map(({ key }) => key);
    expect(await keys({ sort: { field: 'score', direction: 'ascending' } })).toEqual(ascending);
    expect(await keys({ sort: { field: 'score', direction: 'descending' } })).toEqual(ascending.toReversed());
  });

  it.each([
    [undefined],
    [{ field: 'key', direction: 'descending' }],
    [{ field: 'score', direction: 'ascending' }],
    [{ field: 'score', direction: 'descending' }],
    [{ field: 'city', direction: 'ascending' }],
    [{ field: 'active', direction: 'descending' }],
  ] as const)('pages without a gap or a repeat, sorted by %j', async (sort) => {
    const { views, keys } = await opened();
    const query = {
      where: [{ field: 'active', op: 'in', value: [true, false] }] as const,
      ...(sort === undefined ? {} : { sort }),
    };
    const whole = await keys(query);
    for (const countMax of [1, 3, 7, 39, 40, 41]) {
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const page = await views.store.find(PARTIES, {
          ...query,
          countMax,
          ...(after === undefined ? {} : { after }),
        });
        expect(page.items.length).toBeLessThanOrEqual(countMax);
        paged.push(...page.items.map(({ key }) => key));
        after = page.next;
      } while (after !== undefined);
      expect(paged).toEqual(whole);
    }
  });

  it('goes on from its cursor whatever is written in between', async () => {
    const { views } = await opened();
    const query = {
      sort: { field: 'score', direction: 'ascending' },
      where: [{ field: 'score', op: 'exists', value: true }],
      countMax: 10,
    } as const;
    const first = await views.store.find(PARTIES, query);
    const rest = await views.store.find(PARTIES, { ...query, countMax: 100, after: first.next! });
    const [gone] = first.items.slice(-1);
    await views.save(PARTIES, [{ op: 'delete', key: gone!.key }, put('aaa', { score: -99 })]);
    const again = await views.store.find(PARTIES, { ...query, countMax: 100, after: first.next! });
    expect(again.items.map(({ key }) => key)).toEqual(rest.items.map(({ key }) => key));
  });

  it('orders keys by their UTF-8 bytes', async () => {
    const views = await open();
    await views.save(
      PARTIES,
      HOSTILE_KEYS.toReversed().map((key) => put(key, {})),
    );
    expect((await views.store.find(PARTIES, { countMax: 100 })).items.map(({ key }) => key)).toEqual(
      HOSTILE_KEYS,
    );
  });

  it('refuses fields that are not declared, to find by and to sort by', async () => {
    const { views, where, keys } = await opened();
    const error = await failure(where({ field: 'secret', op: 'equals', value: 1 }), 'FIELD_NOT_INDEXED');
    expect(error.message).toContain('city');
    await failure(where({ field: 'f0', op: 'equals', value: 1 }), 'FIELD_NOT_INDEXED');
    await failure(where({ field: 'doc', op: 'exists', value: true }), 'FIELD_NOT_INDEXED');
    await failure(where({ field: '__proto__', op: 'exists', value: true }), 'FIELD_NOT_INDEXED');
    await failure(keys({ sort: { field: 'secret', direction: 'ascending' } }), 'FIELD_NOT_INDEXED');
    await failure(views.store.find({ ...TIMELINE, name: 'nothing' }, { countMax: 1 }), 'VIEW_NOT_FOUND');
  });

  it.each([
    '',
    'nonsense',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
  ])('refuses %j as a cursor', async (after) => {
    const { keys } = await opened();
    await failure(keys({ after }), 'INVALID_CURSOR');
  });

  it('refuses the cursor of another sort', async () => {
    const { views, keys } = await opened();
    const { next } = await views.store.find(PARTIES, {
      sort: { field: 'score', direction: 'ascending' },
      countMax: 5,
    });
    await failure(keys({ after: next! }), 'INVALID_CURSOR');
    await failure(
      keys({ after: next!, sort: { field: 'score', direction: 'descending' } }),
      'INVALID_CURSOR',
    );
  });

  it('refuses values that do not fit the field, and pages of no or too great size', async () => {
    const { where, keys } = await opened();
    await failure(where({ field: 'score', op: 'equals', value: 'many' }), 'INVALID_QUERY');
    await failure(where({ field: 'city', op: 'equals', value: 5 }), 'INVALID_QUERY');
    await failure(where({ field: 'city', op: 'in', value: 'Bergen' }), 'INVALID_QUERY');
    await failure(where({ field: 'score', op: 'range', value: [1] }), 'INVALID_QUERY');
    await failure(where({ field: 'score', op: 'prefix', value: '1' }), 'INVALID_QUERY');
    await failure(keys({ countMax: 0 }), 'INVALID_QUERY');
    await failure(keys({ countMax: 1_000_000 }), 'LIMIT_EXCEEDED');
  });
}
