import type { KeptLeaf, LedgerMark, LogEnd } from '@rapport/ledger';
import { Binary, Long } from 'mongodb';

/** A whole number as the driver gives it back, whatever it was told to make of them. */
export type Whole = Long | number | bigint;

/** A leaf in its collection. `_id` is its index. */
export interface LeafRow {
  readonly _id: Whole;
  readonly position: Whole;
  /** `<revision>/<stream>`: one field, so that many places are looked up in one index. */
  readonly place: string;
  readonly recordedAtMs: Whole;
  /** The greatest recorded time up to this leaf: it never goes back, so that an instant is found in its index. */
  readonly latestMs: Whole;
  readonly hashes: Binary;
}

/** Where the visible leaves end; there is one of it. */
export interface EndRow {
  readonly _id: 'end';
  readonly size: Whole;
  readonly position: Whole;
  readonly latestMs: Whole;
  /** The token of the lease under which it was moved last. */
  readonly token: Whole;
}

/** The end of a log, with what its writers need to know. */
export interface KnownEnd extends LogEnd {
  readonly latestMs: number;
  readonly token: number;
}

export const bigintOf = (value: Whole): bigint => BigInt(value.toString());
export const numberOf = (value: Whole): number => Number(value.toString());
export const longOf = (value: number | bigint): Long =>
  typeof value === 'bigint' ? Long.fromBigInt(value) : Long.fromNumber(value);

export const placeOf = ({
  stream,
  revision,
}: {
  readonly stream: string;
  readonly revision: number;
}): string => `${revision}/${stream}`;

export const rowOf = (leaf: KeptLeaf, latestMs: number): LeafRow => ({
  _id: longOf(leaf.index),
  position: longOf(leaf.position),
  place: placeOf(leaf),
  recordedAtMs: longOf(leaf.recordedAtMs),
  latestMs: longOf(latestMs),
  hashes: new Binary(leaf.hashes),
});

export function leafOf({ _id, position, place, recordedAtMs, hashes }: LeafRow): KeptLeaf {
  const slash = place.indexOf('/');
  return {
    index: numberOf(_id),
    position: bigintOf(position),
    stream: place.slice(slash + 1),
    revision: Number(place.slice(0, slash)),
    recordedAtMs: numberOf(recordedAtMs),
    hashes: bytesOf(hashes),
  };
}

export const bytesOf = (binary: Binary): Uint8Array => binary.buffer.subarray(0, binary.length());

export const markOf = ({ _id, position, latestMs }: LeafRow): LedgerMark => ({
  position: bigintOf(position),
  count: numberOf(_id) + 1,
  recordedAtMs: numberOf(latestMs),
});

export const endOf = (row: EndRow | null): KnownEnd =>
  row === null
    ? { size: 0, position: 0n, latestMs: 0, token: 0 }
    : {
        size: numberOf(row.size),
        position: bigintOf(row.position),
        latestMs: numberOf(row.latestMs),
        token: numberOf(row.token),
      };

export const isSameLeaf = (one: KeptLeaf, other: KeptLeaf): boolean =>
  one.index === other.index &&
  one.position === other.position &&
  one.stream === other.stream &&
  one.revision === other.revision &&
  one.recordedAtMs === other.recordedAtMs &&
  Buffer.compare(one.hashes, other.hashes) === 0;
