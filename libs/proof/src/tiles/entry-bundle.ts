import { Refusal } from '../refusal.js';

/** Longest entry: its length is written in two bytes. */
export const ENTRY_BYTES_MAX = 65_535;
const LENGTH_BYTES = 2;

/**
 * Writes a bundle of entries, each behind its length as a big-endian uint16.
 *
 * Source: C2SP tlog-tiles, log entries.
 * @throws RangeError when an entry is longer than {@link ENTRY_BYTES_MAX}
 * @example formatEntryBundle([Buffer.from('one')]) // 00 03 6f 6e 65
 */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    if (entry.length > ENTRY_BYTES_MAX) throw new RangeError(`an entry has at most ${ENTRY_BYTES_MAX} bytes`);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(entry.length);
    return [length, entry];
  });
  return Buffer.concat(parts);
}

/**
 * Reads a bundle of exactly `width` entries, without copying them.
 *
 * Source: C2SP tlog-tiles, log entries.
 * @throws Refusal `malformed` when it holds fewer entries or more bytes
 * @example parseEntryBundle(bytes, 256)
 */
export function parseEntryBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const places = new EntryPlaces(width);
  const { refusal } = places.find(bytes, width);
  if (refusal !== undefined) throw refusal;
  return Array.from({ length: width }, (_, place) =>
    bytes.subarray(places.starts[place], places.ends[place]),
  );
}

/** How far a bundle can be read. */
export interface EntriesFound {
  readonly entries: number;
  /** Why the entry behind the last one cannot be read, or what stands behind all of them. */
  readonly refusal?: Refusal;
}

/** Where the entries of a bundle stand: for one bundle after the other in the same memory. */
export class EntryPlaces {
  /** @param widthMax entries that a bundle has at most */
  constructor(
    widthMax: number,
    readonly starts: Uint32Array = new Uint32Array(widthMax),
    readonly ends: Uint32Array = new Uint32Array(widthMax),
  ) {}

  /** Finds the entries of a bundle, as many as can be read. */
  find(bytes: Uint8Array, width: number): EntriesFound {
    let at = 0;
    for (let place = 0; place < width; place++) {
      const [high, low] = [bytes[at], bytes[at + 1]];
      if (high === undefined || low === undefined)
        return found(place, `the bundle ends before entry ${place} of ${width}`);
      const start = at + LENGTH_BYTES;
      at = start + high * 256 + low;
      if (at > bytes.length) return found(place, `entry ${place} of the bundle is shorter than it says`);
      this.starts[place] = start;
      this.ends[place] = at;
    }
    if (at !== bytes.length) return found(width, `the bundle holds more than ${width} entries`);
    return { entries: width };
  }
}

const found = (entries: number, message: string): EntriesFound => ({
  entries,
  refusal: new Refusal('malformed', message),
});

/** Most bytes that a bundle of so many entries can have. */
export const entryBundleBytesMax = (width: number): number => width * (LENGTH_BYTES + ENTRY_BYTES_MAX);
