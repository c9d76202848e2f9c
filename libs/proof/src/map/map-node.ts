import { equalBytes } from '../bytes.js';
import { refuse } from '../refusal.js';
import { HASH_BYTES, sha256 } from '../tree/hash.js';

/** What the map holds for a key: how many entries the key has, and the head of their hash chain. */
export interface MapValue {
  /** 1 … 2^53 - 1 */
  readonly count: number;
  /** 32 bytes. */
  readonly head: Uint8Array;
}

/** A place of the map with its value: the path is the SHA-256 of a key. */
export interface MapLeaf {
  readonly path: Uint8Array;
  readonly value: MapValue;
}

/** A stored node of the map: its bytes, under their SHA-256. */
export interface MapNode {
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** A node taken apart. */
export type ParsedMapNode =
  | { readonly kind: 'leaf'; readonly leaf: MapLeaf }
  | { readonly kind: 'inner'; readonly left: Uint8Array; readonly right: Uint8Array };

const LEAF_PREFIX = 0x02;
const INNER_PREFIX = 0x03;
const EMPTY_PREFIX = 0x04;
const COUNT_BYTES = 8;
const INNER_BYTES = 1 + 2 * HASH_BYTES;

/** Bits of a path, so also the most siblings a proof can have. */
export const PATH_BITS = 8 * HASH_BYTES;
/** Bytes of a value: the count as a big-endian uint64, then the head. */
export const VALUE_BYTES = COUNT_BYTES + HASH_BYTES;
const LEAF_BYTES = 1 + HASH_BYTES + VALUE_BYTES;

/**
 * The root of the map without a key, and the hash of every empty place in it: SHA-256(0x04). No node is stored for it.
 */
export const EMPTY_MAP_ROOT: Uint8Array = sha256(Buffer.of(EMPTY_PREFIX));

/** Where a key stands: the bits of its SHA-256, from the most significant of the first byte. */
export const pathOfKey = (key: Uint8Array): Uint8Array => sha256(key);

/** The bit of a path at a depth, 0 (left) or 1 (right). */
export const bitAt = (path: Uint8Array, depth: number): number =>
  ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;

/** How many leading bits two paths share. */
export function sharedBits(a: Uint8Array, b: Uint8Array): number {
  let depth = 0;
  while (depth < PATH_BITS && bitAt(a, depth) === bitAt(b, depth)) depth++;
  return depth;
}

/** The node of a leaf: 0x02 || path || count || head. */
export function leafNode({ path, value }: MapLeaf): MapNode {
  return nodeOf(Buffer.concat([Buffer.of(LEAF_PREFIX), path, formatMapValue(value)]));
}

/** The node over two others: 0x03 || left || right. */
export function innerNode(left: Uint8Array, right: Uint8Array): MapNode {
  const bytes = Buffer.allocUnsafe(INNER_BYTES);
  bytes[0] = INNER_PREFIX;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return nodeOf(bytes);
}

/** Takes the bytes of a node apart. @throws Refusal `malformed`, or `bad-proof` when they have another hash */
export function parseMapNode(bytes: Uint8Array | undefined, hash: Uint8Array): ParsedMapNode {
  if (bytes === undefined) return refuse('malformed', 'a node of the map is missing');
  if (!equalBytes(sha256(bytes), hash)) refuse('bad-proof', 'a node of the map was changed');
  if (bytes[0] === INNER_PREFIX && bytes.length === INNER_BYTES)
    return { kind: 'inner', left: bytes.subarray(1, 1 + HASH_BYTES), right: bytes.subarray(1 + HASH_BYTES) };
  if (bytes[0] !== LEAF_PREFIX || bytes.length !== LEAF_BYTES)
    refuse('malformed', 'a node of the map has not the form of one');
  return {
    kind: 'leaf',
    leaf: {
      path: bytes.subarray(1, 1 + HASH_BYTES),
      value: parseMapValue(bytes.subarray(1 + HASH_BYTES)),
    },
  };
}

/** The bytes of a value. @throws Refusal `malformed` for a count not from 1 to 2^53 - 1 or a head that has not 32 bytes */
export function formatMapValue({ count, head }: MapValue): Uint8Array {
  if (!Number.isSafeInteger(count) || count < 1 || head.length !== HASH_BYTES)
    refuse('malformed', 'a value is a count from 1 and a hash of 32 bytes');
  const bytes = Buffer.allocUnsafe(VALUE_BYTES);
  bytes.writeBigUInt64BE(BigInt(count));
  bytes.set(head, COUNT_BYTES);
  return bytes;
}

/** Reads the bytes of a value. @throws Refusal `malformed` */
export function parseMapValue(bytes: Uint8Array): MapValue {
  if (bytes.length !== VALUE_BYTES) refuse('malformed', `a value has ${VALUE_BYTES} bytes`);
  const count = Number(Buffer.from(bytes.subarray(0, COUNT_BYTES)).readBigUInt64BE());
  if (!Number.isSafeInteger(count) || count < 1)
    refuse('malformed', 'the count of a value is not from 1 to 2^53 - 1');
  return { count, head: bytes.subarray(COUNT_BYTES) };
}

const nodeOf = (bytes: Uint8Array): MapNode => ({ hash: sha256(bytes), bytes });
