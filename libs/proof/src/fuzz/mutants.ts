/** Ways to damage what is genuine, repeatable by their seed. */
export interface Mutants {
  /** An integer from 0 up to, not including, `below`. */
  readonly random: (below: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Bytes with one thing wrong: never the same bytes. */
  readonly damaged: (bytes: Uint8Array) => Uint8Array;
  /** A list of hashes with one thing wrong. */
  readonly damagedHashes: (hashes: readonly Uint8Array[]) => readonly Uint8Array[];
}

/** @example mutantsFrom(42).damaged(receipt) */
export function mutantsFrom(seed: number): Mutants {
  const random = randomFrom(seed);

  function pick<T>(items: readonly T[]): T {
    const item = items[random(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  function damaged(bytes: Uint8Array): Uint8Array {
    const at = random(bytes.length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
    return pick([
      () => Buffer.concat([before, Buffer.of((bytes[at] ?? 0) ^ (1 << random(8))), after]),
      () => before,
      () => Buffer.concat([before, Buffer.from(pick(INSERTED)), bytes.subarray(at)]),
      () => Buffer.concat([before, after.subarray(random(3))]),
      () => reordered(bytes),
      () => withHugeNumber(bytes),
    ])();
  }

  /** Two lines exchanged, except among signatures, whose order is free. */
  function reordered(bytes: Uint8Array): Uint8Array {
    const lines = Buffer.from(bytes).toString('latin1').split('\n');
    const signatures = lines.findIndex((line) => line.startsWith(EM_DASH));
    const end = signatures < 0 ? lines.length : signatures;
    const [from, to] = [random(end), random(end)];
    const one = lines.at(from) ?? '';
    const other = lines.at(to) ?? '';
    if (one === other) return Buffer.concat([bytes, Buffer.of(random(256))]);
    return Buffer.from(lines.with(from, other).with(to, one).join('\n'), 'latin1');
  }

  /** A huge size or index, or bytes behind the end where none stands. */
  function withHugeNumber(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString('latin1');
    const huge = '9'.repeat(3 + random(30));
    const changed = text.replace(/(?<=\n|index |old )\d+(?=\n)/, huge);
    if (changed === text) return Buffer.concat([bytes, Buffer.alloc(1 + random(40))]);
    return Buffer.from(changed, 'latin1');
  }

  function damagedHashes(hashes: readonly Uint8Array[]): readonly Uint8Array[] {
    const at = random(hashes.length + 1);
    const hash = hashes[at];
    if (hash === undefined) return [...hashes, Buffer.alloc(32, random(256))];
    return pick([
      () => hashes.with(at, Buffer.from(hash).fill((hash[5] ?? 0) ^ (1 << random(8)), 5, 6)),
      () => hashes.toSpliced(at, 1),
      () => hashes.toSpliced(at, 0, hash),
      () => hashes.with(at, hash.subarray(1 + random(31))),
    ])();
  }

  return { random, pick, damaged, damagedHashes };
}

const INSERTED = ['\n', ' ', '0', '\r', '\0', 'é', '9'.repeat(40)];
/** The first byte of the dash before a signature, read as latin1. */
const EM_DASH = '\u00e2';

/** A small generator of random integers (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
