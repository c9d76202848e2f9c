import { expect, it } from '@jest/globals';
import { APPEND_BYTES_MAX, APPEND_EVENT_OVERHEAD_BYTES, APPEND_EVENTS_MAX } from '@rapport/ledger/ports';
import {
  all,
  events,
  failure,
  HOSTILE_NAMES,
  idsOf,
  storesOf,
  streamOf,
  type EventStoreFactory,
} from './store-under-test.js';

const STREAM = 'relationship/42';
/** What a store may need for itself around type and body. */
const OVERHEAD_BYTES = 4_096;

/** What one append does, alone. */
export function appendSpecs(factory: EventStoreFactory): void {
  const open = storesOf(factory);

  it('starts a stream at revision 0 and counts on from there', async () => {
    const { store } = await open();
    const first = await store.append(STREAM, 'none', events(1));
    const second = await store.append(STREAM, 0, events(3));
    expect([first.revision, first.status]).toEqual([0, 'appended']);
    expect([second.revision, second.status]).toEqual([3, 'appended']);
    expect((await streamOf(store, STREAM)).map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
  });

  it('answers with the position of every event, growing and above zero, the last one apart', async () => {
    const { store } = await open();
    const { positions, position } = await store.append(STREAM, 'none', events(3));
    expect(positions).toHaveLength(3);
    expect(position).toBe(positions[2]);
    expect(0n < positions[0]! && positions[0]! < positions[1]! && positions[1]! < positions[2]!).toBe(true);
    expect((await streamOf(store, STREAM)).map((event) => event.position)).toEqual(positions);
    const next = await store.append('relationship/43', 'none', events(1));
    expect(next.position > position).toBe(true);
  });

  it('gives an event back to the byte', async () => {
    const { store, reopen } = await open();
    const body = '{ "b":1,\t"a": [ 1.0 ],"text":"\u00e9 e\u0301 \u{1F600} \\u0000 \u2028"}';
    const [event] = events(1, { body, type: 'rapport.söme.Kind.v1', recordedAtMs: 1_234_567_890_123 });
    const { position } = await store.append(STREAM, 'none', [event!]);
    const stored = { ...event, stream: STREAM, revision: 0, position };
    expect(await streamOf(store, STREAM)).toEqual([stored]);
    expect(await streamOf(await reopen(), STREAM)).toEqual([stored]);
  });

  it('refuses a revision that is not reached yet, and says what is there', async () => {
    const { store } = await open();
    await store.append(STREAM, 'none', events(2));
    const error = await failure(store.append(STREAM, 4, events(1)), 'WRONG_EXPECTED_REVISION');
    expect(error.facts).toMatchObject({ expected: 4, actual: 1 });
    expect(error.message).toContain(STREAM);
    expect(await streamOf(store, STREAM)).toHaveLength(2);
  });

  it('refuses a revision of a stream that does not exist', async () => {
    const { store } = await open();
    const error = await failure(store.append(STREAM, 0, events(1)), 'WRONG_EXPECTED_REVISION');
    expect(error.facts).toMatchObject({ expected: 0, actual: 'none' });
    expect((await store.readStream(STREAM)).exists).toBe(false);
  });

  it('refuses to start a stream that exists', async () => {
    const { store } = await open();
    await store.append(STREAM, 'none', events(2));
    const error = await failure(store.append(STREAM, 'none', events(1)), 'WRONG_EXPECTED_REVISION');
    expect(error.facts).toMatchObject({ expected: 'none', actual: 1 });
  });

  it('refuses an empty batch before anything is sent', async () => {
    const { store } = await open();
    await failure(store.append(STREAM, 'none', []), 'EMPTY_BATCH');
    expect((await store.readStream(STREAM)).exists).toBe(false);
  });

  it('takes a thousand events and not one more', async () => {
    const { store } = await open();
    const { positions } = await store.append(STREAM, 'none', events(APPEND_EVENTS_MAX));
    expect(new Set(positions).size).toBe(APPEND_EVENTS_MAX);
    await failure(store.append('relationship/43', 'none', events(APPEND_EVENTS_MAX + 1)), 'APPEND_TOO_LARGE');
    expect((await store.readStream('relationship/43')).exists).toBe(false);
  });

  it.each([
    ['plain text', 'x', 1],
    ['text of several bytes a character', '\u20ac', 3],
  ])('takes about a mebibyte and not more, in %s', async (_, character, bytes) => {
    const { store } = await open();
    const bodies = (count: number): string => character.repeat(Math.floor(count / bytes));
    await store.append(STREAM, 'none', events(1, { body: bodies(APPEND_BYTES_MAX - OVERHEAD_BYTES) }));
    await failure(
      store.append(STREAM, 0, events(1, { body: bodies(APPEND_BYTES_MAX + bytes) })),
      'APPEND_TOO_LARGE',
    );
    await failure(
      store.append(STREAM, 0, events(4, { body: bodies(APPEND_BYTES_MAX / 4 + bytes) })),
      'APPEND_TOO_LARGE',
    );
    expect((await store.append(STREAM, 0, events(1))).revision).toBe(1);
  });

  it('takes a thousand events that fill a mebibyte with what is kept beside them', async () => {
    const { store } = await open();
    const type = 'rapport.relationship.RelationshipOwnerAssigned.v1';
    const room = (APPEND_BYTES_MAX - OVERHEAD_BYTES) / APPEND_EVENTS_MAX - APPEND_EVENT_OVERHEAD_BYTES;
    const body = 'x'.repeat(Math.floor(room) - type.length);
    await store.append(STREAM, 'none', events(APPEND_EVENTS_MAX, { type, body }));
    expect(await streamOf(store, STREAM)).toHaveLength(APPEND_EVENTS_MAX);
  });

  it.each([
    ['an id that is no uuid', { id: 'order-17' }, 'INVALID_ENVELOPE'],
    ['a recorded time that is no number of milliseconds', { recordedAtMs: Number.NaN }, 'INVALID_ENVELOPE'],
    ['half a character in the body', { body: '"\ud800"' }, 'INVALID_TEXT'],
    ['half a character in the type', { type: 'x\udc00' }, 'INVALID_TEXT'],
  ] as const)('refuses %s and stays usable', async (_, wrong, code) => {
    const { store } = await open();
    await failure(store.append(STREAM, 'none', [...events(1), ...events(1, wrong)]), code);
    expect((await store.append(STREAM, 'none', events(1))).revision).toBe(0);
  });

  it('refuses the same id twice in one append', async () => {
    const { store } = await open();
    for (const count of [2, 40]) {
      const batch = events(count);
      await failure(store.append(STREAM, 'none', [...batch, batch[1]!]), 'INVALID_ENVELOPE');
    }
    expect((await store.readStream(STREAM)).exists).toBe(false);
  });

  it.each([-1, 0.5, Number.NaN, Infinity])('refuses %d as an expected revision', async (expected) => {
    const { store } = await open();
    await failure(store.append(STREAM, expected, events(1)), 'INVALID_ENVELOPE');
  });

  it('refuses a stream without a name, or with half a character in it', async () => {
    const { store } = await open();
    await failure(store.append('', 'none', events(1)), 'INVALID_TEXT');
    await failure(store.append('relationship/\ud83d', 'none', events(1)), 'INVALID_TEXT');
  });

  it('keeps streams apart whatever they are called', async () => {
    const { store, reopen } = await open();
    const written = new Map<string, readonly string[]>();
    for (const name of HOSTILE_NAMES) {
      const batch = events(2);
      await store.append(name, 'none', batch);
      written.set(name, idsOf(batch));
    }
    const again = await reopen();
    for (const [name, ids] of written) expect(idsOf(await streamOf(again, name))).toEqual(ids);
    expect((await all(again.readAll())).map(({ stream }) => stream)).toEqual(
      HOSTILE_NAMES.flatMap((name) => [name, name]),
    );
  });

  it('keeps everything acknowledged over a restart', async () => {
    const { store, reopen } = await open();
    const batch = events(5);
    const { position } = await store.append(STREAM, 'none', batch);
    const again = await reopen();
    expect(idsOf(await streamOf(again, STREAM))).toEqual(idsOf(batch));
    const next = await again.append(STREAM, 4, events(1));
    expect(next.revision).toBe(5);
    expect(next.position > position).toBe(true);
  });
}
