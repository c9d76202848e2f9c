import { eventIdOf, type JsonObject } from '@rapport/kernel';
import {
  formatLeaf,
  HASH_BYTES,
  leafHash,
  parseLeaf,
  Refusal,
  verifyInclusion,
  type Checkpoint,
  type Leaf,
} from '@rapport/proof';
import type { StoredEvent } from '../ports/index.js';
import { leafOf } from '../seal/leaf-of-event.js';
import type { GivenEvent } from './read-bundle.js';
import { refuseBundle, type BundleCheck } from './refuse-bundle.js';

/** An event that is proven to be in the log, as the leaf at its index commits to it. */
export interface ProvenEvent extends StoredEvent {
  readonly leafIndex: number;
  readonly leafHash: Uint8Array;
}

/**
 * Checks that a leaf is in the signed tree, then that the event is the one it commits to: tenant, stream, revision, type,
 * times, actor, what it corrects, sealed parts, and salt and body by their digest.
 * @throws RapportError `BUNDLE_REFUSED` (facts index, event)
 */
export function checkEvent(given: GivenEvent, checkpoint: Checkpoint, tenant: string): ProvenEvent {
  const hash = leafHash(given.leaf);
  const facts = { index: given.index, line: given.line };
  saying('inclusion', `Leaf ${given.index} is not in the signed log`, facts, () =>
    verifyInclusion(
      { index: given.index, size: checkpoint.size, leaf: hash, proof: hashesIn(given.inclusion) },
      checkpoint.root,
    ),
  );
  const leaf = saying('event', `Leaf ${given.index} is not one of this ledger`, facts, () =>
    parseLeaf(given.leaf),
  );
  const event: ProvenEvent = {
    id: leaf.id,
    type: leaf.type,
    stream: leaf.stream,
    revision: leaf.revision,
    recordedAtMs: Date.parse(leaf.recordedat),
    body: given.body,
    position: BigInt(given.index) + 1n,
    leafIndex: given.index,
    leafHash: hash,
  };
  requireSame(event, leaf, given, tenant);
  return event;
}

function requireSame(event: ProvenEvent, leaf: Leaf, given: GivenEvent, tenant: string): void {
  const facts = { index: given.index, line: given.line, event: leaf.id };
  const what = `Event ${leaf.id} (leaf ${given.index}) is not as it was recorded`;
  if (leaf.tenant !== tenant)
    refuseBundle('event', `Event ${leaf.id} (leaf ${given.index}) is of another tenant.`, facts);
  saying('event', what, facts, () => {
    const again = formatLeaf(leafOf(tenant, event, given.salt, leaf.previous));
    if (Buffer.compare(again, given.leaf) !== 0)
      throw new Refusal('bad-proof', 'its salt or content has not the digest that the leaf holds');
    const { source, id } = JSON.parse(given.body) as { readonly source: string; readonly id: string };
    if (eventIdOf(tenant, leaf.stream, source, id) !== leaf.id)
      throw new Refusal('bad-proof', 'it is recorded under the id of another event');
  });
}

/** Hashes that stand one behind the other. */
function hashesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length % HASH_BYTES !== 0) throw new Refusal('malformed', 'a hash of the proof is cut off');
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/**
 * Does work whose refusals become those of the bundle. The body is proven before it is believed, so what it makes fail
 * (JSON that is none, members of another type) is a refusal too.
 */
export function saying<T>(
  check: BundleCheck,
  what: string,
  facts: Readonly<Record<string, string | number>>,
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return refuseBundle(check, `${what}: ${error.message}.`, facts);
    if (error instanceof SyntaxError || error instanceof TypeError)
      return refuseBundle(check, `${what}: its content cannot be read.`, facts);
    throw error;
  }
}

/** The body of an event, parsed. It is JSON: its leaf was made again from it. */
export const bodyOf = (event: StoredEvent): JsonObject => JSON.parse(event.body) as JsonObject;
