import { eventIdOf } from '@rapport/kernel';
import { formatLeaf, leafHash, newNodes, Refusal, TreeBuilder, type NodeAddress } from '@rapport/proof';
import type { ProofLog, SealedEvent } from '../ports/index.js';
import { leafOf } from './leaf-of-event.js';
import type { SignedHead } from './sealed-log.js';

/**
 * What is wrong with a ledger. `changed`: an event is not what was sealed; `missing`: one is not there; `chain`: its
 * stream does not lead up to it; `identity`: its id is not that of its tenant, stream, source and emitter's id; `tree`: the
 * log's tree is not that of its leaves; `head`: what is there is not what was signed.
 */
export type DamageKind = 'changed' | 'missing' | 'chain' | 'identity' | 'tree' | 'head';

/** The first thing found wrong, with the event that shows it where there is one. */
export interface Damage {
  readonly kind: DamageKind;
  readonly message: string;
  readonly leafIndex?: number;
  readonly position?: bigint;
  readonly eventId?: string;
  readonly stream?: string;
  readonly revision?: number;
}

/** What a verification of events has read, and found. */
export interface EventsVerdict {
  readonly events: number;
  /** Bytes of the bodies read (UTF-8). */
  readonly bytes: number;
  /** Root over everything read, when nothing was found wrong before the end. */
  readonly root: Uint8Array | undefined;
  readonly damage: Damage | undefined;
}

export interface VerifyEventsOptions {
  readonly tenant: string;
  readonly log: ProofLog;
  /** The signed head that what is there must extend; none where nothing was signed. */
  readonly head: SignedHead | undefined;
  readonly onProgress?: (events: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Nodes of the tree that are compared with the stored ones in one read. */
const NODES_PER_READ = 2_000;
const EVENTS_PER_PROGRESS = 5_000;

/**
 * Reads every event of a ledger and seals it again: events against leaves, leaves against the tree, the tree against the
 * signed head. Stops at the first damage. Memory does not grow with the ledger.
 *
 * That a stream leads up to an event rests on its predecessor's row, which was verified before it unless it stands later
 * in the ledger: then the leaf that was sealed is another one, and shows as changed.
 * @example const { damage, events } = await verifyEvents({ tenant: 'main', log, head: await ledger.log.head() });
 */
export async function verifyEvents(options: VerifyEventsOptions): Promise<EventsVerdict> {
  const { tenant, log, head, onProgress, signal } = options;
  const total = await log.size();
  const tree = new TreeBuilder();
  const comparison = new TreeComparison(log);
  let bytes = 0;
  let damage: Damage | undefined;
  let rootAtHead = head?.size === 0 ? tree.root() : undefined;
  for await (const event of log.readSealed({ from: 0, until: total })) {
    signal?.throwIfAborted();
    if (event.leafIndex !== tree.size) {
      damage = missing(tree.size);
      break;
    }
    const again = sealedAgain(tenant, event);
    if ('damage' in again) {
      damage = again.damage;
      break;
    }
    damage = await comparison.add(event.leafIndex, tree.append(again.hash));
    if (damage !== undefined) break;
    bytes += Buffer.byteLength(event.body);
    if (tree.size === head?.size) rootAtHead = tree.root();
    if (tree.size % EVENTS_PER_PROGRESS === 0) onProgress?.(tree.size, total);
  }
  damage ??= await comparison.finish();
  damage ??= tree.size < total ? missing(tree.size) : undefined;
  if (damage === undefined && head !== undefined) damage = againstHead(head, tree.size, rootAtHead);
  onProgress?.(tree.size, total);
  return { events: tree.size, bytes, root: damage === undefined ? tree.root() : undefined, damage };
}

/** The hash of the leaf that an event would be given now, if it is the one it was given. */
function sealedAgain(tenant: string, event: SealedEvent): { hash: Uint8Array } | { damage: Damage } {
  if (event.revision > 0 && event.previous === null)
    return { damage: damaged('chain', event, 'the event before it in its stream is not there') };
  let bytes: Uint8Array;
  try {
    bytes = formatLeaf(leafOf(tenant, event, event.salt, event.previous));
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof SyntaxError || error instanceof TypeError))
      throw error;
    return { damage: damaged('changed', event, 'what is stored of it cannot be read any more') };
  }
  const hash = leafHash(bytes);
  if (Buffer.compare(hash, event.leafHash) !== 0)
    return { damage: damaged('changed', event, 'it is not what was sealed') };
  const { id, source } = JSON.parse(event.body) as { readonly id: string; readonly source: string };
  if (eventIdOf(tenant, event.stream, source, id) !== event.id)
    return { damage: damaged('identity', event, 'its id does not follow from what identifies it') };
  return { hash };
}

/** Compares the nodes that leaves complete with those that the log holds, many in one read. */
class TreeComparison {
  private nodes: NodeAddress[] = [];
  private hashes: Uint8Array[] = [];
  private leaves: number[] = [];

  constructor(private readonly log: Pick<ProofLog, 'nodes'>) {}

  async add(leafIndex: number, completed: readonly Uint8Array[]): Promise<Damage | undefined> {
    const nodes = newNodes(leafIndex);
    for (let level = 1; level < completed.length; level++) {
      this.nodes.push(nodes[level] as NodeAddress);
      this.hashes.push(completed[level] as Uint8Array);
      this.leaves.push(leafIndex);
    }
    return this.nodes.length < NODES_PER_READ ? undefined : this.finish();
  }

  async finish(): Promise<Damage | undefined> {
    const { nodes, hashes, leaves } = this;
    [this.nodes, this.hashes, this.leaves] = [[], [], []];
    const stored = await this.log.nodes(nodes).catch(() => undefined);
    for (const [place, hash] of hashes.entries()) {
      const found =
        stored?.[place] ?? (await this.log.nodes([nodes[place] as NodeAddress]).catch(() => []))[0];
      if (found !== undefined && Buffer.compare(found, hash) === 0) continue;
      const leafIndex = leaves[place] as number;
      return {
        kind: 'tree',
        leafIndex,
        message: `The log's tree is damaged at level ${nodes[place]?.level} over leaf ${leafIndex}: the events are whole up to there.`,
      };
    }
    return undefined;
  }
}

function againstHead(head: SignedHead, size: number, rootAtHead: Uint8Array | undefined): Damage | undefined {
  if (size < head.size)
    return {
      kind: 'head',
      message: `The ledger ends with ${size} events, and ${head.size} were signed: its end is missing, or it is an older copy.`,
    };
  if (rootAtHead !== undefined && Buffer.compare(rootAtHead, head.root) === 0) return undefined;
  return {
    kind: 'head',
    message: `The first ${head.size} events are whole in themselves, and not those that were signed: the ledger was written anew, or is another one.`,
  };
}

const missing = (leafIndex: number): Damage => ({
  kind: 'missing',
  leafIndex,
  message: `The event of leaf ${leafIndex} is not there.`,
});

const damaged = (
  kind: DamageKind,
  { leafIndex, position, id, stream, revision }: SealedEvent,
  what: string,
): Damage => ({
  kind,
  leafIndex,
  position,
  eventId: id,
  stream,
  revision,
  message: `Event ${id} at position ${position} (${stream}, revision ${revision}): ${what}.`,
});
