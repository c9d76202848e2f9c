import { refuse } from '../refusal.js';

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
  return Array.from(placesOf(bytes, width), ({ start, end }) => bytes.subarray(start, end));
}

/** Where the entries of a bundle stand, one by one: what stands before the damage is given before it is refused. */
export function* placesOf(
  bytes: Uint8Array,
  width: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let at = 0;
  for (let place = 0; place < width; place++) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    if (high === undefined || low === undefined)
      return refuse('malformed', `the bundle ends before entry ${place} of ${width}`);
    const start = at + LENGTH_BYTES;
    at = start + high * 256 + low;
    if (at > bytes.length) refuse('malformed', `entry ${place} of the bundle is shorter than it says`);
    yield { start, end: at };
  }
  if (at !== bytes.length) refuse('malformed', `the bundle holds more than ${width} entries`);
}

/** Most bytes that a bundle of so many entries can have. */
export const entryBundleBytesMax = (width: number): number => width * (LENGTH_BYTES + ENTRY_BYTES_MAX);
