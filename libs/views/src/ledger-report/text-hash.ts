/**
 * A 53-bit hash of a text: not for proof, only to find candidates that are then compared exactly.
 *
 * Source: cyrb53 by bryc, public domain (MurmurHash-like mixing of two 32-bit lanes).
 * @example textHash53('order-17')
 */
export function textHash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

const EMPTY = -1;

/**
 * Hash → number in typed arrays: 16 bytes a slot, at most 64 bytes an entry, so that a whole ledger fits where a Map of
 * texts would not.
 */
export class HashTable {
  private keys = new Float64Array(1024).fill(EMPTY);
  private values = new Float64Array(1024);
  private used = 0;

  /** The number kept under a hash; undefined when there is none. */
  get(hash: number): number | undefined {
    const slot = this.slotOf(hash);
    return this.keys[slot] === hash ? this.values[slot] : undefined;
  }

  set(hash: number, value: number): void {
    if ((this.used + 1) * 2 > this.keys.length) this.grow();
    const slot = this.slotOf(hash);
    if (this.keys[slot] !== hash) this.used++;
    this.keys[slot] = hash;
    this.values[slot] = value;
  }

  /** The slot that holds the hash, or the empty one where it belongs (open addressing, linear probing). */
  private slotOf(hash: number): number {
    let slot = hash % this.keys.length;
    while (this.keys[slot] !== hash && this.keys[slot] !== EMPTY) slot = (slot + 1) % this.keys.length;
    return slot;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Float64Array(keys.length * 2).fill(EMPTY);
    this.values = new Float64Array(keys.length * 2);
    for (const [index, key] of keys.entries()) {
      if (key === EMPTY) continue;
      const slot = this.slotOf(key);
      this.keys[slot] = key;
      this.values[slot] = values[index] ?? 0;
    }
  }
}
