import { RapportError } from '@rapport/kernel';
import type { KeptLeaf, LeafStore, Lease, LedgerMark, LogEnd, LogNode, ViewStore } from '@rapport/ledger';

/** Leases as a view store gives them, in memory, with a clock of their own. */
export class MemoryLeases implements Pick<ViewStore, 'lease' | 'release'> {
  private readonly held = new Map<string, Lease>();

  /** @param now milliseconds since the Unix epoch */
  constructor(private readonly now: () => number) {}

  async lease(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    const held = this.held.get(name);
    const expiresAtMs = this.now() + ttlMs;
    if (held !== undefined && held.owner !== owner && held.expiresAtMs > this.now()) return undefined;
    const token = held?.owner === owner ? held.token : (held?.token ?? 0) + 1;
    const lease = { name, owner, token, expiresAtMs };
    this.held.set(name, lease);
    return lease;
  }

  async release(lease: Lease): Promise<void> {
    if (this.isCurrent(lease)) this.held.set(lease.name, { ...lease, owner: '', expiresAtMs: 0 });
  }

  isCurrent({ name, owner, token }: Lease): boolean {
    const held = this.held.get(name);
    return held?.owner === owner && held.token === token;
  }
}

/** What several leaf stores in memory share, as several processes share a database. */
export class LeavesInMemory {
  readonly kept: KeptLeaf[] = [];
  constructor(readonly leases: MemoryLeases) {}
}

/**
 * A leaf store that forgets all with its process, for specs of what follows a ledger. It passes the contract of the others.
 * @example const leaves = memoryLeafStore(new LeavesInMemory(new MemoryLeases(() => clock.nowMs)));
 */
export const memoryLeafStore = (shared: LeavesInMemory): LeafStore => new MemoryLeafStore(shared);

class MemoryLeafStore implements LeafStore {
  private isClosed = false;

  constructor(private readonly shared: LeavesInMemory) {}

  async end(): Promise<LogEnd> {
    return { size: this.kept.length, position: this.kept.at(-1)?.position ?? 0n };
  }

  async append(leaves: readonly KeptLeaf[], lease: Lease): Promise<void> {
    const { kept } = this;
    if (!this.shared.leases.isCurrent(lease))
      throw new RapportError('LEASE_LOST', 'The lease of the sealer was taken over.');
    for (const leaf of leaves) {
      const standing = kept[leaf.index];
      if (standing === undefined ? leaf.index !== kept.length : !isSame(standing, leaf))
        throw new RapportError('STORE_CORRUPT', `Leaf ${leaf.index} does not stand where the log ends.`);
      if (standing === undefined) kept.push(leaf);
    }
  }

  async leavesAt(indexes: readonly number[]): Promise<readonly KeptLeaf[]> {
    return indexes.flatMap((index) => this.kept[index] ?? []);
  }

  async leafIndexesOf(positions: readonly bigint[]): Promise<readonly (number | undefined)[]> {
    const indexes = new Map(this.kept.map(({ position, index }) => [position, index]));
    return positions.map((position) => indexes.get(position));
  }

  async leafHashesOf(
    places: readonly { readonly stream: string; readonly revision: number }[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const hashes = new Map(this.kept.map((leaf) => [placeOf(leaf), leaf.hashes.subarray(0, 32)]));
    return places.map((place) => hashes.get(placeOf(place)));
  }

  async nodes(nodes: readonly LogNode[]): Promise<readonly Uint8Array[]> {
    return nodes.map(({ level, index }) => {
      const { hashes } = this.kept[(index + 1) * 2 ** level - 1] ?? {};
      const hash = hashes?.subarray(level * 32, level * 32 + 32);
      if (hash?.length === 32) return hash;
      throw new RapportError('STORE_CORRUPT', `Node ${index} of level ${level} is missing.`);
    });
  }

  async last(): Promise<LedgerMark | undefined> {
    return this.markAt(this.kept.length);
  }

  async recordedBy(recordedAtMs: number): Promise<LedgerMark | undefined> {
    const later = this.kept.findIndex((leaf) => leaf.recordedAtMs > recordedAtMs);
    return this.markAt(later < 0 ? this.kept.length : later);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  private get kept(): KeptLeaf[] {
    if (this.isClosed) throw new RapportError('STORE_UNAVAILABLE', 'The leaf store is closed.');
    return this.shared.kept;
  }

  private markAt(count: number): LedgerMark | undefined {
    const leaves = this.kept.slice(0, count);
    const last = leaves.at(-1);
    if (last === undefined) return undefined;
    const recordedAtMs = leaves.reduce((latest, leaf) => Math.max(latest, leaf.recordedAtMs), 0);
    return { position: last.position, count, recordedAtMs };
  }
}

const placeOf = ({ stream, revision }: { readonly stream: string; readonly revision: number }): string =>
  `${revision}/${stream}`;

const isSame = (one: KeptLeaf, other: KeptLeaf): boolean =>
  one.position === other.position &&
  one.stream === other.stream &&
  one.revision === other.revision &&
  one.recordedAtMs === other.recordedAtMs &&
  Buffer.compare(one.hashes, other.hashes) === 0;
