import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompletenessMap, MapAdvance } from '@rapport/ledger';
import { failure } from './event-store/store-under-test.js';
import { HOSTILE_KEYS } from './view-store/views-under-test.js';

/** A map with what a spec may do to it from outside. */
export interface CompletenessMapUnderTest {
  readonly map: CompletenessMap;
  /** Opens the same map once more, as another process would. */
  readonly another: () => Promise<CompletenessMap>;
  /** Closes all of them and removes what they left. */
  readonly dispose: () => Promise<void>;
}

/** Makes a new, empty map. */
export type CompletenessMapFactory = () => Promise<CompletenessMapUnderTest>;

/** 32 bytes that a text is found again in; no real hash, which a store cannot tell. */
const hashOf = (text: string): Buffer => Buffer.from(text.padEnd(32, '.').slice(0, 32));

const nodeOf = (text: string) => ({ hash: hashOf(text), bytes: Buffer.from(`bytes of ${text}`) });

/** A step that gives these keys one leaf each. */
const step = (from: number, keys: Readonly<Record<string, readonly number[]>>, to: number): MapAdvance => ({
  from,
  to: { size: to, root: hashOf(`root ${to}`), treeRoot: hashOf(`tree ${to}`) },
  changes: Object.entries(keys).map(([key, leaves]) => ({
    key,
    value: { count: leaves.length, head: hashOf(`${to} ${key}`) },
    leaves,
  })),
  nodes: [nodeOf(`node ${to}`)],
});

/**
 * Registers what every completeness map must do, as specs of the map that the factory makes.
 * @param name the map, as the report names it
 * @example completenessMapContract('the SQLite completeness map', async () => { … });
 */
export function completenessMapContract(name: string, factory: CompletenessMapFactory): void {
  describe(name, () => {
    const opened: CompletenessMapUnderTest[] = [];
    afterEach(async () => {
      for (const { dispose } of opened.splice(0)) await dispose();
    });
    const open: CompletenessMapFactory = async () => {
      const under = await factory();
      opened.push(under);
      return under;
    };
    describe('a new one', () => emptySpecs(open));
    describe('a step', () => stepSpecs(open));
    describe('an emptied one', () => clearSpecs(open));
  });
}

/** Byte arrays of any kind as text, so that they compare. */
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');

const stateOf = async (map: CompletenessMap) => {
  const state = await map.state();
  return state && { size: state.size, root: text(state.root), treeRoot: text(state.treeRoot) };
};

const valuesOf = async (map: CompletenessMap, keys: readonly string[]) =>
  (await map.values(keys)).map((value) => value && [value.count, text(value.head)]);

const saidOf = (to: number, key: string, count: number) => [count, text(hashOf(`${to} ${key}`))];

const stateAt = (size: number) => ({
  size,
  root: text(hashOf(`root ${size}`)),
  treeRoot: text(hashOf(`tree ${size}`)),
});

function emptySpecs(open: CompletenessMapFactory): void {
  it('covers nothing and knows nothing', async () => {
    const { map } = await open();
    expect(await map.state()).toBeUndefined();
    expect(await map.values(['a'])).toEqual([undefined]);
    expect(await map.values([])).toEqual([]);
    expect(await map.leavesOf('a', 10)).toEqual([]);
    expect(await map.nodes([hashOf('none')])).toEqual([undefined]);
  });
}

function stepSpecs(open: CompletenessMapFactory): void {
  it('brings state, values, leaves and nodes, which others see and a restart keeps', async () => {
    const { map, another } = await open();
    await map.advance(step(0, { a: [0, 2], b: [1] }, 3));
    for (const one of [map, await another()]) {
      expect(await stateOf(one)).toEqual(stateAt(3));
      expect(await valuesOf(one, ['b', 'nobody', 'a', 'b'])).toEqual([
        saidOf(3, 'b', 1),
        undefined,
        saidOf(3, 'a', 2),
        saidOf(3, 'b', 1),
      ]);
      expect(await one.leavesOf('a', 3)).toEqual([0, 2]);
      expect((await one.nodes([hashOf('none'), hashOf('node 3')])).map(text)).toEqual([
        undefined,
        'bytes of node 3',
      ]);
    }
  });

  it('changes the values of its keys and leaves those of others', async () => {
    const { map } = await open();
    await map.advance(step(0, { a: [0], b: [1] }, 2));
    await map.advance(step(2, { a: [2], c: [3] }, 4));
    await map.advance(step(4, { c: [4] }, 5));
    expect(await stateOf(map)).toEqual(stateAt(5));
    expect(await valuesOf(map, ['a', 'b', 'c'])).toEqual([
      saidOf(4, 'a', 1),
      saidOf(2, 'b', 1),
      saidOf(5, 'c', 1),
    ]);
    expect(await map.leavesOf('a', 5)).toEqual([0, 2]);
    expect(await map.leavesOf('a', 2)).toEqual([0]);
    expect(await map.leavesOf('c', 4)).toEqual([3]);
    expect((await map.nodes([2, 4, 5].map((size) => hashOf(`node ${size}`)))).map(text)).toEqual([
      'bytes of node 2',
      'bytes of node 4',
      'bytes of node 5',
    ]);
  });

  it('from another size is refused and changes nothing', async () => {
    const { map, another } = await open();
    await map.advance(step(0, { a: [0] }, 1));
    const other = await another();
    for (const from of [0, 2]) {
      await failure(other.advance(step(from, { a: [from], z: [from + 1] }, from + 5)), 'STORE_UNAVAILABLE');
      expect(await stateOf(map)).toEqual(stateAt(1));
      expect(await valuesOf(map, ['a', 'z'])).toEqual([saidOf(1, 'a', 1), undefined]);
    }
  });

  it('is taken by one of two who try at once', async () => {
    const { map, another } = await open();
    const other = await another();
    await map.advance(step(0, { a: [0] }, 1));
    const outcomes = await Promise.allSettled([
      map.advance(step(1, { a: [1] }, 2)),
      other.advance(step(1, { a: [1], b: [2] }, 3)),
    ]);
    const size = outcomes[0]?.status === 'fulfilled' ? 2 : 3;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await stateOf(map)).toEqual(stateAt(size));
    expect(await valuesOf(map, ['a', 'b'])).toEqual([
      saidOf(size, 'a', 1),
      size === 3 ? saidOf(3, 'b', 1) : undefined,
    ]);
    expect(await map.leavesOf('b', 10)).toEqual(size === 3 ? [2] : []);
  });

  it('keeps keys apart whatever they are, and thousands of them', async () => {
    const { map } = await open();
    const keys = [...HOSTILE_KEYS, ...Array.from({ length: 2_500 }, (_, index) => `party ${index}`)];
    await map.advance(
      step(
        0,
        Object.assign(Object.create(null), Object.fromEntries(keys.map((key, index) => [key, [index]]))),
        keys.length,
      ),
    );
    const values = await map.values(keys);
    expect(values.map((value) => text(value?.head))).toEqual(
      keys.map((key) => text(hashOf(`${keys.length} ${key}`))),
    );
    for (const [index, key] of HOSTILE_KEYS.entries())
      expect(await map.leavesOf(key, keys.length)).toEqual([index]);
  });

  it('may bring nodes that are there already', async () => {
    const { map } = await open();
    await map.advance(step(0, { a: [0] }, 1));
    await map.advance({ ...step(1, { a: [1] }, 2), nodes: [nodeOf('node 1'), nodeOf('node 2')] });
    expect((await map.nodes([hashOf('node 1'), hashOf('node 2')])).map(text)).toEqual([
      'bytes of node 1',
      'bytes of node 2',
    ]);
  });
}

function clearSpecs(open: CompletenessMapFactory): void {
  it('covers nothing and is built again, with nothing left of before', async () => {
    const { map, another } = await open();
    await map.advance(step(0, { a: [0, 1, 2] }, 3));
    await map.clear();
    expect(await map.state()).toBeUndefined();
    expect(await map.values(['a'])).toEqual([undefined]);
    expect(await map.nodes([hashOf('node 3')])).toEqual([undefined]);
    await map.advance(step(0, { b: [0] }, 1));
    const other = await another();
    expect(await stateOf(other)).toEqual(stateAt(1));
    expect(await valuesOf(other, ['a', 'b'])).toEqual([undefined, saidOf(1, 'b', 1)]);
    expect(await other.leavesOf('a', 10)).toEqual([]);
    await map.clear();
    await map.clear();
    expect(await map.state()).toBeUndefined();
  });
}
