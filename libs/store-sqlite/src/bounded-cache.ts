/**
 * A map of bounded size that forgets what was not used for longest, roughly: entries live in a young and an old
 * generation, and the old one is dropped when the young one is full. Cheaper than exact order where each event asks.
 * @example
 * const heads = new BoundedCache<string, number>(1_000);
 * heads.set('relationship/42', 7);
 * heads.get('relationship/42'); // 7
 */
export class BoundedCache<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();
  private youngSize = 0;

  /**
   * @param sizeMax how large both generations may be together
   * @param sizeOf the size of one entry; 1 unless given, so that entries are counted
   */
  constructor(
    private readonly sizeMax: number,
    private readonly sizeOf: (value: V) => number = () => 1,
  ) {}

  get(key: K): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const aged = this.old.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  set(key: K, value: V): void {
    if (this.youngSize >= this.sizeMax / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngSize = 0;
    }
    this.youngSize += this.sizeOf(value);
    this.young.set(key, value);
  }

  delete(key: K): void {
    this.young.delete(key);
    this.old.delete(key);
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
    this.youngSize = 0;
  }
}
