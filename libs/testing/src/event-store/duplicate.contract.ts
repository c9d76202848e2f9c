import { expect, it } from '@jest/globals';
import { events, failure, storesOf, streamOf, type EventStoreFactory } from './store-under-test.js';

const STREAM = 'relationship/42';

/** A retry is told from a new write by its ids and its expectation. */
export function duplicateSpecs(factory: EventStoreFactory): void {
  const open = storesOf(factory);

  it('answers with the first outcome and writes nothing', async () => {
    const { store } = await open();
    const batch = events(3);
    const first = await store.append(STREAM, 'none', batch);
    const again = await store.append(STREAM, 'none', batch);
    expect(again).toEqual({ ...first, status: 'duplicate' });
    expect(await streamOf(store, STREAM)).toHaveLength(3);
    expect((await store.head()).position).toBe(first.position);
  });

  it('does so whatever was recorded in between, and after a restart', async () => {
    const { store, reopen } = await open();
    await store.append(STREAM, 'none', events(2));
    const batch = events(2);
    const first = await store.append(STREAM, 1, batch);
    await store.append(STREAM, 3, events(5));
    await store.append('relationship/43', 'none', events(50));
    expect(await store.append(STREAM, 1, batch)).toEqual({ ...first, status: 'duplicate' });
    const again = await reopen();
    expect(await again.append(STREAM, 1, batch)).toEqual({ ...first, status: 'duplicate' });
  });

  it('takes the beginning of a batch for a repeat of that beginning', async () => {
    const { store } = await open();
    const batch = events(3);
    const { positions } = await store.append(STREAM, 'none', batch);
    expect(await store.append(STREAM, 'none', batch.slice(0, 2))).toEqual({
      status: 'duplicate',
      revision: 1,
      position: positions[1],
      positions: positions.slice(0, 2),
    });
  });

  it('takes the end of a batch, at its own revision, for a repeat of that end', async () => {
    const { store } = await open();
    const batch = events(3);
    const first = await store.append(STREAM, 'none', batch);
    expect(await store.append(STREAM, 0, batch.slice(1))).toEqual({
      ...first,
      positions: first.positions.slice(1),
      status: 'duplicate',
    });
  });

  it('refuses a repeat with more events than there were', async () => {
    const { store } = await open();
    const batch = events(3);
    await store.append(STREAM, 'none', batch);
    const error = await failure(
      store.append(STREAM, 'none', [...batch, ...events(1)]),
      'WRONG_EXPECTED_REVISION',
    );
    expect(error.facts).toMatchObject({ expected: 'none', actual: 2 });
    await store.append(STREAM, 2, events(1));
    await failure(store.append(STREAM, 'none', [...batch, ...events(1)]), 'WRONG_EXPECTED_REVISION');
    expect(await streamOf(store, STREAM)).toHaveLength(4);
  });

  it('refuses the same events in another order', async () => {
    const { store } = await open();
    const batch = events(3);
    await store.append(STREAM, 'none', batch);
    await failure(store.append(STREAM, 'none', batch.toReversed()), 'WRONG_EXPECTED_REVISION');
  });

  it('refuses a batch of which one event is another', async () => {
    const { store } = await open();
    const batch = events(3);
    await store.append(STREAM, 'none', batch);
    await failure(
      store.append(STREAM, 'none', [batch[0]!, ...events(1), batch[2]!]),
      'WRONG_EXPECTED_REVISION',
    );
    await failure(store.append(STREAM, 'none', batch.slice(1)), 'WRONG_EXPECTED_REVISION');
  });

  it('recognises repeats within their stream only', async () => {
    const { store } = await open();
    const batch = events(2);
    await store.append(STREAM, 'none', batch);
    const other = await store.append('relationship/43', 'none', batch);
    expect(other.status).toBe('appended');
  });

  it('compares ids, not content', async () => {
    const { store } = await open();
    const [event] = events(1);
    await store.append(STREAM, 'none', [event!]);
    const again = await store.append(STREAM, 'none', [{ ...event!, body: '{"other":true}' }]);
    expect(again.status).toBe('duplicate');
    expect((await streamOf(store, STREAM))[0]?.body).toBe(event?.body);
  });
}
