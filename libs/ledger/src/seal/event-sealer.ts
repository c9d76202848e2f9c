import { HASH_BYTES, hashOfLeaf, planRoot, TreeBuilder } from '@rapport/proof';
import type { EventToSeal, LogNode, Sealer, SealerSource, Sealing } from '../ports/index.js';
import { leafOf } from './leaf-of-event.js';

/**
 * Seals events as the proof log has them: RFC 6962 hashes over leaves in canonical JSON.
 * @example sqliteEventStore({ file, tenant: 'main', sealer: eventSealer })
 */
export const eventSealer: SealerSource = {
  module: '@rapport/ledger',
  name: 'eventSealer',
  of: (tenant) => new EventSealer(tenant),
};

class EventSealer implements Sealer {
  constructor(private readonly tenant: string) {}

  resume(size: number, edge: readonly Uint8Array[]): Sealing {
    return new EventSealing(this.tenant, new TreeBuilder({ size, hashes: edge }));
  }

  edgeOf(size: number): readonly LogNode[] {
    return planRoot(size).nodes;
  }
}

class EventSealing implements Sealing {
  constructor(
    private readonly tenant: string,
    private readonly tree: TreeBuilder,
  ) {}

  seal(event: EventToSeal, salt: Uint8Array, previous: Uint8Array | null): Uint8Array {
    const leaf = leafOf(this.tenant, event, salt, previous);
    const hash = hashOfLeaf(leaf);
    const completed = this.tree.append(hash);
    if (completed.length === 1) return hash; // as every second leaf: it completes no other node
    const hashes = Buffer.allocUnsafe(completed.length * HASH_BYTES);
    completed.forEach((hash, level) => hashes.set(hash, level * HASH_BYTES));
    return hashes;
  }
}
