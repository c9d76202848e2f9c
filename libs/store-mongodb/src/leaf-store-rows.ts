import type { KeptLeaf, LedgerMark, LogEnd } from '@rapport/ledger';
import { Binary } from 'mongodb';

/** A leaf in its collection. `_id` is its index. Whole numbers are written and read as bigint: 64 bits each. */
export interface LeafRow {
  readonly _id: bigint;
  readonly position: bigint;
  /** `<revision>/<stream>`: one field, so that many places are looked up in one index. */
  readonly place: string;
  readonly recordedAtMs: bigint;
  /** The greatest recorded time up to this leaf: it never goes back, so that an instant is found in its index. */
  readonly latestMs: bigint;
  readonly hashes: Binary;
}

/** Where the visible leaves end; there is one of it. */
export interface EndRow {
  readonly _id: 'end';
  readonly size: bigint;
  readonly position: bigint;
  readonly latestMs: bigint;
  /** The token of the lease under which it was moved last. */
  readonly token: bigint;
}

/** The end of a log, with what its writers need to know. */
export interface KnownEnd extends LogEnd {
  readonly latestMs: number;
  readonly token: number;
}

export const placeOf = ({
  stream,
  revision,
}: {
  readonly stream: string;
  readonly revision: number;
}): string => `${revision}/${stream}`;

export const rowOf = (leaf: KeptLeaf, latestMs: number): LeafRow => ({
  _id: BigInt(leaf.index),
  position: leaf.position,
  place: placeOf(leaf),
  recordedAtMs: BigInt(leaf.recordedAtMs),
  latestMs: BigInt(latestMs),
  hashes: new Binary(leaf.hashes),
});

export function leafOf({ _id, position, place, recordedAtMs, hashes }: LeafRow): KeptLeaf {
  const slash = place.indexOf('/');
  return {
    index: Number(_id),
    position,
    stream: place.slice(slash + 1),
    revision: Number(place.slice(0, slash)),
    recordedAtMs: Number(recordedAtMs),
    hashes: bytesOf(hashes),
  };
}

export const bytesOf = (binary: Binary): Uint8Array => binary.buffer.subarray(0, binary.length());

export const markOf = ({ _id, position, latestMs }: LeafRow): LedgerMark => ({
  position,
  count: Number(_id) + 1,
  recordedAtMs: Number(latestMs),
});

export const endOf = (row: EndRow | null): KnownEnd =>
  row === null
    ? { size: 0, position: 0n, latestMs: 0, token: 0 }
    : {
        size: Number(row.size),
        position: row.position,
        latestMs: Number(row.latestMs),
        token: Number(row.token),
      };

export const isSameLeaf = (one: KeptLeaf, other: KeptLeaf): boolean =>
  one.index === other.index &&
  one.position === other.position &&
  one.stream === other.stream &&
  one.revision === other.revision &&
  one.recordedAtMs === other.recordedAtMs &&
  Buffer.compare(one.hashes, other.hashes) === 0;
