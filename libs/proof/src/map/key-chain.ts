import { HASH_BYTES, sha256 } from '../tree/hash.js';
import type { MapValue } from './map-node.js';

const CHAIN_PREFIX = 0x06;
const NO_HEAD = new Uint8Array(HASH_BYTES);

/**
 * What the map holds for a key after one more leaf: h_n = SHA-256(0x06 || h_(n−1) || hash of the leaf), where h_0 is 32
 * zero bytes. A head binds every leaf of the key and their order, so none can be left out, added or exchanged. The first
 * byte parts it from the hashes of trees, maps and data, whose inputs start with 0x00 … 0x05.
 *
 * Source: hash chains, Haber & Stornetta 1991, "How to time-stamp a digital document", Journal of Cryptology; the prefix as
 * in RFC 6962, section 2.1.
 * @param value what it held before; undefined for a key without a leaf
 * @param leaf the hash of the leaf, 32 bytes
 * @throws RangeError when the hash has another length
 * @example extendChain(undefined, leafHash(one)).count // 1
 */
export function extendChain(value: MapValue | undefined, leaf: Uint8Array): MapValue {
  if (leaf.length !== HASH_BYTES) throw new RangeError(`a hash has ${HASH_BYTES} bytes`);
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  input[0] = CHAIN_PREFIX;
  input.set(value?.head ?? NO_HEAD, 1);
  input.set(leaf, 1 + HASH_BYTES);
  return { count: (value?.count ?? 0) + 1, head: sha256(input) };
}
