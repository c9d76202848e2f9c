import { expect, it } from '@jest/globals';
import { all, events, idsOf, storesOf, type EventStoreFactory } from './store-under-test.js';

const STREAM = 'relationship/42';
const SALE = 'rapport.sale.SaleCompleted.v1';
const COMPLAINT = 'rapport.complaint.ComplaintReceived.v1';

/** What can be read back, and in which order. */
export function readSpecs(factory: EventStoreFactory): void {
  const open = storesOf(factory);

  it('give an empty result for a stream that does not exist', async () => {
    const { store } = await open();
    const read = await store.readStream('relationship/nobody');
    expect(read.exists).toBe(false);
    expect(await all(read.events)).toEqual([]);
  });

  it('give a stream forwards and backwards, from a revision, so many', async () => {
    const { store } = await open();
    await store.append(STREAM, 'none', events(10));
    const revisions = async (options: Parameters<typeof store.readStream>[1]): Promise<readonly number[]> =>
      (await all((await store.readStream(STREAM, options)).events)).map(({ revision }) => revision);
    expect(await revisions({})).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await revisions({ from: 7 })).toEqual([7, 8, 9]);
    expect(await revisions({ from: 3, countMax: 2 })).toEqual([3, 4]);
    expect(await revisions({ direction: 'backwards', countMax: 3 })).toEqual([9, 8, 7]);
    expect(await revisions({ direction: 'backwards', from: 1 })).toEqual([1, 0]);
    expect(await revisions({ direction: 'backwards', from: 99, countMax: 1 })).toEqual([9]);
    expect(await revisions({ from: 10 })).toEqual([]);
    expect((await store.readStream(STREAM, { from: 10 })).exists).toBe(true);
  });

  it('give long streams whole, in both directions', async () => {
    const { store } = await open();
    for (let at = 0; at < 2_500; at += 500)
      await store.append(STREAM, at === 0 ? 'none' : at - 1, events(500));
    const revisions = (list: readonly { readonly revision: number }[]): readonly number[] =>
      list.map(({ revision }) => revision);
    const expected = Array.from({ length: 2_500 }, (_, index) => index);
    expect(revisions(await all((await store.readStream(STREAM)).events))).toEqual(expected);
    expect(revisions(await all((await store.readStream(STREAM, { direction: 'backwards' })).events))).toEqual(
      expected.toReversed(),
    );
  });

  it('give the whole ledger in position order, after a position, so many', async () => {
    const { store } = await open();
    const ids: string[] = [];
    for (let round = 0; round < 5; round++) {
      for (const stream of ['relationship/1', 'campaign/2', 'relationship/3']) {
        const batch = events(200);
        await store.append(stream, round === 0 ? 'none' : round * 200 - 1, batch);
        ids.push(...idsOf(batch));
      }
    }
    const ledger = await all(store.readAll());
    expect(idsOf(ledger)).toEqual(ids);
    for (let index = 1; index < ledger.length; index++)
      expect(ledger[index]!.position > ledger[index - 1]!.position).toBe(true);
    expect(idsOf(await all(store.readAll({ after: ledger[1_499]!.position })))).toEqual(ids.slice(1_500));
    expect(idsOf(await all(store.readAll({ after: ledger[99]!.position, countMax: 1_200 })))).toEqual(
      ids.slice(100, 1_300),
    );
    expect(await all(store.readAll({ after: ledger.at(-1)!.position }))).toEqual([]);
  });

  it('give nothing of an empty ledger', async () => {
    const { store } = await open();
    expect(await all(store.readAll())).toEqual([]);
    expect(await store.head()).toEqual({ position: 0n, count: 0, recordedAtMs: 0 });
    expect(await store.positionAt(Date.now())).toBe(0n);
  });

  it('give only the types asked for', async () => {
    const { store } = await open();
    await store.append(STREAM, 'none', events(600, { type: SALE }));
    await store.append(STREAM, 599, events(3, { type: COMPLAINT }));
    await store.append(STREAM, 602, events(600, { type: SALE }));
    expect((await all(store.readAll({ types: [COMPLAINT] }))).map(({ revision }) => revision)).toEqual([
      600, 601, 602,
    ]);
    expect(await all(store.readAll({ types: [SALE], countMax: 601 }))).toHaveLength(601);
    expect(await all(store.readAll({ types: [SALE, COMPLAINT, 'unheard.of'] }))).toHaveLength(1_203);
    expect(await all(store.readAll({ types: ['unheard.of'] }))).toEqual([]);
    expect(await all(store.readAll({ types: [] }))).toEqual([]);
  });

  it('end although the ledger grows under them', async () => {
    const { store } = await open();
    await store.append(STREAM, 'none', events(10));
    let revision = 9;
    let read = 0;
    for await (const event of store.readAll()) {
      read++;
      expect(event.revision).toBe(read - 1);
      if (read > 100) break;
      await store.append(STREAM, revision, events(5));
      revision += 5;
    }
    expect(read).toBe(10);
  });

  it('give events at positions, in the order asked, without those that are not there', async () => {
    const { store } = await open();
    const { positions } = await store.append(STREAM, 'none', events(5));
    const beyond = positions[4]! + 1_000_000n;
    const asked = [positions[3]!, beyond, positions[0]!, positions[4]!];
    expect((await store.readAt(asked)).map(({ revision }) => revision)).toEqual([3, 0, 4]);
    expect(await store.readAt([])).toEqual([]);
    expect(await store.readAt([0n])).toEqual([]);
  });

  it('tell the end of the ledger', async () => {
    const { store, reopen } = await open();
    await store.append(STREAM, 'none', events(3, { recordedAtMs: 1_000 }));
    const { position } = await store.append('campaign/1', 'none', events(2, { recordedAtMs: 2_000 }));
    expect(await store.head()).toEqual({ position, count: 5, recordedAtMs: 2_000 });
    expect(await (await reopen()).head()).toMatchObject({ position, recordedAtMs: 2_000 });
  });

  it('tell the highest position recorded by an instant', async () => {
    const { store } = await open();
    const first = await store.append(STREAM, 'none', events(3, { recordedAtMs: 1_000 }));
    const second = await store.append(STREAM, 2, events(3, { recordedAtMs: 2_000 }));
    const third = await store.append(STREAM, 5, events(1, { recordedAtMs: 5_000 }));
    expect(await store.positionAt(999)).toBe(0n);
    expect(await store.positionAt(1_000)).toBe(first.position);
    expect(await store.positionAt(1_999)).toBe(first.position);
    expect(await store.positionAt(2_000)).toBe(second.position);
    expect(await store.positionAt(4_999)).toBe(second.position);
    expect(await store.positionAt(9_999_999)).toBe(third.position);
  });
}
