import { afterEach, describe, expect, it } from '@jest/globals';
import type { KeptLeaf, LeafStore, Lease } from '@rapport/ledger';
import { failure, HOSTILE_NAMES } from './event-store/store-under-test.js';

/** A store with what a spec may do to it from outside. */
export interface LeafStoreUnderTest {
  readonly store: LeafStore;
  /** Opens the same store once more, as another process would. */
  readonly another: () => Promise<LeafStore>;
  /** Takes the sealer's lease in the name of an owner, away from whoever holds it. */
  readonly takeLease: (owner: string) => Promise<Lease>;
  /** Closes all of them and removes what they left. */
  readonly dispose: () => Promise<void>;
}

/** Makes a new, empty store. */
export type LeafStoreFactory = () => Promise<LeafStoreUnderTest>;

const RECORDED_AT_MS = Date.UTC(2026, 0, 31, 12);
const HASH_BYTES = 32;
/** Beyond what a number holds exactly. */
const FAR = 2n ** 53n;

const positionOf = (index: number): bigint => FAR + BigInt(index) * 977n + 1n;

/** Leaves of one stream, as a sealer would give them; their hashes are told apart and nothing more. */
export const sampleLeaves = (
  from: number,
  count: number,
  more: Partial<KeptLeaf> = {},
): readonly KeptLeaf[] =>
  Array.from({ length: count }, (_, place) => {
    const index = from + place;
    return {
      index,
      position: positionOf(index),
      stream: 'relationship/42',
      revision: index,
      recordedAtMs: RECORDED_AT_MS + index,
      hashes: hashesOf(index),
      ...more,
    };
  });

/** The hash of the node (level, index) is filled with numbers that tell which one it is. */
const nodeHashOf = (level: number, index: number): Uint8Array =>
  Buffer.alloc(HASH_BYTES, `${level}/${index}.`);

function hashesOf(index: number): Uint8Array {
  const hashes: Uint8Array[] = [];
  for (let [level, node] = [0, index]; ; level++, node = (node - 1) / 2) {
    hashes.push(nodeHashOf(level, node));
    if (node % 2 === 0) return Buffer.concat(hashes);
  }
}

/**
 * Registers what every leaf store must do, as specs of the store that the factory makes.
 * @param name the store, as the report names it
 * @example leafStoreContract('the leaf store on MongoDB', async () => …);
 */
export function leafStoreContract(name: string, factory: LeafStoreFactory): void {
  describe(name, () => {
    const opened: LeafStoreUnderTest[] = [];
    afterEach(async () => {
      for (const { dispose } of opened.splice(0)) await dispose();
    });
    const open: LeafStoreFactory = async () => {
      const under = await factory();
      opened.push(under);
      return under;
    };
    describe('leaves', () => leafSpecs(open));
    describe('its writers', () => writerSpecs(open));
    describe('marks', () => markSpecs(open));
  });
}

function leafSpecs(open: LeafStoreFactory): void {
  it('are none at first', async () => {
    const { store } = await open();
    expect(await store.end()).toEqual({ size: 0, position: 0n });
    expect(await store.leavesAt([0])).toEqual([]);
    expect(await store.leafIndexesOf([1n])).toEqual([undefined]);
    expect(await store.leafHashesOf([{ stream: 'relationship/42', revision: 0 }])).toEqual([undefined]);
    expect(await store.nodes([])).toEqual([]);
  });

  it('are there for everybody once they were added, to the byte, and over a restart', async () => {
    const { store, another, takeLease } = await open();
    const other = await another();
    await store.append(sampleLeaves(0, 5), await takeLease('worker-1'));
    expect(await other.end()).toEqual({ size: 5, position: positionOf(4) });
    expect(plain(await other.leavesAt([4, 0, 7, 2]))).toEqual(plain(pick([4, 0, 2])));
    await store.close();
    expect(plain(await (await another()).leavesAt([3]))).toEqual(plain(pick([3])));
  });

  it('are found by the positions of their events, also beyond 2^53', async () => {
    const { store, takeLease } = await open();
    await store.append(sampleLeaves(0, 4), await takeLease('worker-1'));
    const asked = [positionOf(2), positionOf(2) + 1n, positionOf(0), 1n, positionOf(9)];
    expect(await store.leafIndexesOf(asked)).toEqual([2, undefined, 0, undefined, undefined]);
    expect(await store.leafIndexesOf([])).toEqual([]);
  });

  it('are found by their places in streams, whatever these are called', async () => {
    const { store, takeLease } = await open();
    const leaves = HOSTILE_NAMES.map((stream, index) => ({
      ...(sampleLeaves(index, 1)[0] as KeptLeaf),
      stream,
      revision: 0,
    }));
    await store.append(leaves, await takeLease('worker-1'));
    const places = HOSTILE_NAMES.map((stream) => ({ stream, revision: 0 }));
    expect(plain(await store.leafHashesOf(places))).toEqual(
      plain(leaves.map(({ index }) => nodeHashOf(0, index))),
    );
    expect(plain(await store.leavesAt(leaves.map(({ index }) => index)))).toEqual(plain(leaves));
    expect(await store.leafHashesOf([{ stream: 'relationship/a-b-c', revision: 1 }])).toEqual([undefined]);
  });

  it('hold the nodes of the tree that they complete, and no other', async () => {
    const { store, takeLease } = await open();
    await store.append(sampleLeaves(0, 11), await takeLease('worker-1'));
    const nodes = [
      { level: 0, index: 10 },
      { level: 3, index: 0 },
      { level: 1, index: 4 },
      { level: 2, index: 1 },
    ];
    expect(plain(await store.nodes(nodes))).toEqual(
      plain(nodes.map(({ level, index }) => nodeHashOf(level, index))),
    );
    await failure(store.nodes([{ level: 1, index: 5 }]), 'STORE_CORRUPT');
    await failure(store.nodes([{ level: 4, index: 0 }]), 'STORE_CORRUPT');
  });

  it('come in any number', async () => {
    const { store, takeLease } = await open();
    const lease = await takeLease('worker-1');
    await store.append(sampleLeaves(0, 1_000), lease);
    await store.append(sampleLeaves(1_000, 1_500), lease);
    await store.append([], lease);
    expect(await store.end()).toEqual({ size: 2_500, position: positionOf(2_499) });
    const all = Array.from({ length: 2_500 }, (_, index) => index);
    expect(plain(await store.leavesAt(all))).toEqual(plain(pick(all)));
    expect(await store.leafIndexesOf(all.map(positionOf))).toEqual(all);
  });

  it('cannot be asked for once the store is closed', async () => {
    const { store } = await open();
    await store.close();
    await store.close();
    await failure(store.end(), 'STORE_UNAVAILABLE');
    await failure(store.leavesAt([0]), 'STORE_UNAVAILABLE');
  });
}

function writerSpecs(open: LeafStoreFactory): void {
  it('may repeat themselves: the same leaves again change nothing', async () => {
    const { store, takeLease } = await open();
    const lease = await takeLease('worker-1');
    await store.append(sampleLeaves(0, 4), lease);
    await store.append(sampleLeaves(0, 4), lease);
    await store.append(sampleLeaves(2, 5), lease);
    expect(await store.end()).toEqual({ size: 7, position: positionOf(6) });
    expect(plain(await store.leavesAt([0, 1, 2, 3, 4, 5, 6, 7]))).toEqual(plain(pick([0, 1, 2, 3, 4, 5, 6])));
  });

  it('leave no gap, and put no leaf in the place of another', async () => {
    const { store, takeLease } = await open();
    const lease = await takeLease('worker-1');
    await store.append(sampleLeaves(0, 4), lease);
    await failure(store.append(sampleLeaves(5, 2), lease), 'STORE_CORRUPT');
    await failure(store.append(sampleLeaves(3, 1, { hashes: hashesOf(30) }), lease), 'STORE_CORRUPT');
    await failure(store.append(sampleLeaves(3, 1, { position: positionOf(3) + 1n }), lease), 'STORE_CORRUPT');
    await failure(store.append(sampleLeaves(3, 1, { stream: 'relationship/7' }), lease), 'STORE_CORRUPT');
    await failure(store.append(sampleLeaves(3, 1, { recordedAtMs: 0 }), lease), 'STORE_CORRUPT');
    expect(await store.end()).toEqual({ size: 4, position: positionOf(3) });
    expect(plain(await store.leavesAt([3]))).toEqual(plain(pick([3])));
  });

  it('who have lost the lease write nothing more', async () => {
    const { store, another, takeLease } = await open();
    const first = await takeLease('worker-1');
    await store.append(sampleLeaves(0, 2), first);
    const second = await takeLease('worker-2');
    await failure(store.append(sampleLeaves(2, 2), first), 'LEASE_LOST');
    expect(await store.end()).toEqual({ size: 2, position: positionOf(1) });
    await (await another()).append(sampleLeaves(2, 3), second);
    await failure(store.append(sampleLeaves(5, 1), first), 'LEASE_LOST');
    await failure(store.append([], first), 'LEASE_LOST');
    expect(await store.end()).toEqual({ size: 5, position: positionOf(4) });
  });

  it('go on after each other, as often as the lease changes hands', async () => {
    const { store, another, takeLease } = await open();
    const stores = [store, await another(), await another()];
    for (let turn = 0; turn < 9; turn++) {
      const lease = await takeLease(`worker-${turn % 3}`);
      await (stores[turn % 3] as LeafStore).append(sampleLeaves(turn * 2, 2), lease);
    }
    expect(await store.end()).toEqual({ size: 18, position: positionOf(17) });
  });
}

function markSpecs(open: LeafStoreFactory): void {
  const at = (recordedAtMs: number, index: number): KeptLeaf => ({
    ...(sampleLeaves(index, 1)[0] as KeptLeaf),
    recordedAtMs,
  });

  it('are none where there are no leaves', async () => {
    const { store } = await open();
    expect(await store.last()).toBeUndefined();
    expect(await store.recordedBy(RECORDED_AT_MS)).toBeUndefined();
  });

  it('count what lies up to the end, and say by when all of it was recorded', async () => {
    const { store, takeLease } = await open();
    const lease = await takeLease('worker-1');
    await store.append([at(30, 0), at(10, 1), at(20, 2)], lease);
    expect(await store.last()).toEqual({ position: positionOf(2), count: 3, recordedAtMs: 30 });
    await store.append([at(25, 3), at(40, 4)], lease);
    expect(await store.last()).toEqual({ position: positionOf(4), count: 5, recordedAtMs: 40 });
  });

  it('stand before the first event that was recorded later, also where clocks went back', async () => {
    const { store, takeLease } = await open();
    const lease = await takeLease('worker-1');
    await store.append([at(10, 0), at(30, 1), at(20, 2)], lease);
    await store.append([at(15, 3), at(30, 4), at(50, 5), at(40, 6)], lease);
    expect(await store.recordedBy(9)).toBeUndefined();
    expect(await store.recordedBy(10)).toEqual({ position: positionOf(0), count: 1, recordedAtMs: 10 });
    expect(await store.recordedBy(29)).toEqual({ position: positionOf(0), count: 1, recordedAtMs: 10 });
    expect(await store.recordedBy(30)).toEqual({ position: positionOf(4), count: 5, recordedAtMs: 30 });
    expect(await store.recordedBy(49)).toEqual({ position: positionOf(4), count: 5, recordedAtMs: 30 });
    expect(await store.recordedBy(2 ** 52)).toEqual({ position: positionOf(6), count: 7, recordedAtMs: 50 });
  });
}

const pick = (indexes: readonly number[]): readonly KeptLeaf[] =>
  indexes.flatMap((index) => sampleLeaves(index, 1));

/** Bytes as text, so that two kinds of byte arrays compare. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
