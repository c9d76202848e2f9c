import { expect, it } from '@jest/globals';
import type { RapportError } from '@rapport/kernel';
import type { AppendOutcome } from '@rapport/ledger';
import {
  all,
  events,
  failure,
  idsOf,
  storesOf,
  streamOf,
  type EventStoreFactory,
} from './store-under-test.js';

const STREAM = 'relationship/42';
const APPENDERS = 200;

/** Many at once: each append stands or falls on its own. */
export function concurrencySpecs(factory: EventStoreFactory): void {
  const open = storesOf(factory);

  it('lets exactly one of two hundred win each revision', async () => {
    const { store } = await open();
    for (let revision = 0; revision < 3; revision++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: APPENDERS }, () =>
          store.append(STREAM, revision === 0 ? 'none' : revision - 1, events(1)),
        ),
      );
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(APPENDERS - 1);
      for (const { reason } of lost) expect((reason as RapportError).code).toBe('WRONG_EXPECTED_REVISION');
    }
    expect(await streamOf(store, STREAM)).toHaveLength(3);
  });

  it('writes every stream of many, each in its own order', async () => {
    const { store } = await open();
    const batches = Array.from({ length: APPENDERS }, (_, index) => ({
      stream: `relationship/${index}`,
      batch: events(1 + (index % 4)),
    }));
    const appended = await Promise.all(
      batches.map(({ stream, batch }) => store.append(stream, 'none', batch)),
    );
    const positions = appended.flatMap((one) => one.positions);
    expect(new Set(positions).size).toBe(positions.length);
    for (const { stream, batch } of batches)
      expect(idsOf(await streamOf(store, stream))).toEqual(idsOf(batch));
    const ledger = await all(store.readAll());
    expect(ledger.map(({ position }) => position)).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('writes appends to one stream that build on each other without waiting', async () => {
    const { store } = await open();
    const batches = Array.from({ length: 50 }, () => events(2));
    const appended = await Promise.all(
      batches.map((batch, index) => store.append(STREAM, index === 0 ? 'none' : index * 2 - 1, batch)),
    );
    expect(appended.map(({ revision }) => revision)).toEqual(batches.map((_, index) => index * 2 + 1));
    expect(idsOf(await streamOf(store, STREAM))).toEqual(idsOf(batches.flat()));
  });

  it('writes an append once that is sent many times at once', async () => {
    const { store } = await open();
    const batch = events(3);
    const appended = await Promise.all(Array.from({ length: 20 }, () => store.append(STREAM, 'none', batch)));
    expect(appended.filter(({ status }) => status === 'appended')).toHaveLength(1);
    expect(new Set(appended.map(({ position }) => position)).size).toBe(1);
    expect(await streamOf(store, STREAM)).toHaveLength(3);
  });

  it('is not held up by the ones it refuses', async () => {
    const { store } = await open();
    const outcomes = await Promise.allSettled([
      store.append(STREAM, 'none', events(1)),
      store.append(STREAM, 7, events(1)),
      store.append('relationship/43', 'none', []),
      store.append(STREAM, 0, events(1)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  it('takes many together, in their order, and tells of each what became of it', async () => {
    const { store } = await open();
    await store.append('relationship/43', 'none', events(1));
    const [first, second, other] = [events(2), events(1), events(1)];
    const outcomes = await store.appendEach([
      { stream: STREAM, expectedRevision: 'none', events: first },
      { stream: 'relationship/43', expectedRevision: 'none', events: events(1) },
      { stream: STREAM, expectedRevision: 1, events: second },
      { stream: 'relationship/44', expectedRevision: 'none', events: [] },
      { stream: STREAM, expectedRevision: 'none', events: first },
      { stream: 'relationship/45', expectedRevision: 'none', events: other },
    ]);
    expect(outcomes.map(saidOf)).toEqual([
      'appended 1',
      'WRONG_EXPECTED_REVISION',
      'appended 2',
      'EMPTY_BATCH',
      'duplicate 1',
      'appended 0',
    ]);
    expect(idsOf(await streamOf(store, STREAM))).toEqual(idsOf([...first, ...second]));
    expect(idsOf(await streamOf(store, 'relationship/45'))).toEqual(idsOf(other));
    expect(await store.appendEach([])).toEqual([]);
  });

  it('sends nothing of many once it is closed', async () => {
    const { store, reopen } = await open();
    await store.close();
    await failure(
      store.appendEach([{ stream: STREAM, expectedRevision: 'none', events: events(1) }]),
      'STORE_UNAVAILABLE',
    );
    expect((await (await reopen()).readStream(STREAM)).exists).toBe(false);
  });
}

const saidOf = (outcome: AppendOutcome): string =>
  'error' in outcome ? (outcome.error as RapportError).code : `${outcome.status} ${outcome.revision}`;
