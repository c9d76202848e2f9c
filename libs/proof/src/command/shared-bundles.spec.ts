import { describe, expect, it } from '@jest/globals';
import type { BundleReading } from '../tiles/bundle-reading.js';
import { TileHashes } from '../tiles/tile-hashes.js';
import { formatEntryBundle, leafHash } from '../index.js';
import { LEAD, SharedBundles, SLOTS, toReadNext } from './shared-bundles.js';

const END = 1_000;
const hashes = new TileHashes();
const entryOf = (number: number): Buffer => Buffer.from(`entry ${number}`);
const readInto = (number: number, reading: BundleReading): boolean =>
  reading.read(formatEntryBundle([entryOf(number)]), 1, hashes).refusal === undefined;

class Stop extends Error {}

/** Serves as a thread does, until so many bundles were begun; gives their numbers. */
function serve(
  shared: SharedBundles,
  count: number,
  read: (number: number, reading: BundleReading) => boolean = readInto,
): number[] {
  const begun: number[] = [];
  const work = (number: number, reading: BundleReading): boolean => {
    begun.push(number);
    const isRead = read(number, reading);
    if (begun.length > count) throw new Stop();
    return isRead;
  };
  expect(() => shared.serve(work)).toThrow(Stop);
  return begun.slice(0, count);
}

/** Memory of one that verifies and of a thread that reads ahead. */
function sharers(): { readonly verifier: SharedBundles; readonly thread: SharedBundles } {
  const verifier = new SharedBundles();
  verifier.ask(END);
  return { verifier, thread: new SharedBundles(verifier.buffer) };
}

const from = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, place) => first + place);

describe('bundles that are read ahead', () => {
  it('are found by the one that verifies, and no others', () => {
    const { verifier, thread } = sharers();
    expect(serve(thread, 5)).toEqual(from(LEAD, 5));
    const found = from(0, LEAD + 10).filter((number) => {
      const reading = verifier.take(number);
      if (reading === undefined) return false;
      expect(reading.hashes(1)).toEqual(Buffer.from(leafHash(entryOf(number))));
      return true;
    });
    expect(found).toEqual(from(LEAD, 5));
  });

  it('are not found when they could not be read', () => {
    const { verifier, thread } = sharers();
    serve(thread, 3, (number, reading) => readInto(number, reading) && number !== LEAD + 1);
    const found = from(LEAD, 3).map((number) => verifier.take(number) !== undefined);
    expect(found).toEqual([true, false, true]);
  });

  it('begin again ahead of the one that verifies when that one has come near', () => {
    const { verifier, thread } = sharers();
    serve(thread, 2);
    verifier.take(LEAD + 2);
    expect(serve(thread, 1)).toEqual([LEAD + 2 + LEAD]);
  });

  it('are never so far ahead that one not yet taken is written over', () => {
    expect(toReadNext(7, 7 + SLOTS - 1, END)).toBe(7 + SLOTS - 1);
    expect(toReadNext(7, 7 + SLOTS, END)).toBeUndefined();
    const { verifier, thread } = sharers();
    verifier.take(7);
    serve(thread, SLOTS - LEAD - 1);
    for (const number of from(7 + LEAD, SLOTS - LEAD - 1))
      expect(verifier.take(number)?.hashes(1)).toEqual(Buffer.from(leafHash(entryOf(number))));
  });

  it('are none when the log has no more', () => {
    expect(toReadNext(END - LEAD - 1, 0, END)).toBe(END - 1);
    expect(toReadNext(END - LEAD, 0, END)).toBeUndefined();
    expect(toReadNext(END - 3, END - 1, END)).toBe(END - 1);
    expect(toReadNext(END - 3, END, END)).toBeUndefined();
  });

  it('are never read into a slot in which another thread still reads', () => {
    const { verifier, thread } = sharers();
    const other = new SharedBundles(verifier.buffer);
    let begun: readonly number[] = [];
    serve(thread, 1, (number, reading) => {
      // The first one is overtaken: a whole round of bundles goes by while it reads.
      if (number === LEAD)
        begun = [LEAD + 1, LEAD + 1 + SLOTS / 2].flatMap((due) => {
          verifier.take(due);
          return serve(other, SLOTS / 2 - LEAD / 2);
        });
      return readInto(number, reading);
    });
    expect(begun.length).toBeGreaterThan(0);
    expect(Math.max(...begun)).toBeGreaterThan(LEAD + SLOTS);
    expect(begun).not.toContain(LEAD + SLOTS);
  });
});
