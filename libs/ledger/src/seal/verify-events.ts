import { eventIdOf, RapportError } from '@rapport/kernel';
import { hashOfLeaf, newNodes, planRoot, Refusal, TreeBuilder, type NodeAddress } from '@rapport/proof';
import type { ProofLog, SealedEvent } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';
import { leafOf } from './leaf-of-event.js';
import type { SignedHead } from './sealed-log.js';

/**
 * What is wrong with a ledger. `changed`: an event is not what was sealed; `missing`: one is not there; `unreadable`:
 * its row cannot be read; `chain`: its stream does not lead up to it; `identity`: its id is not that of its tenant, stream, source and emitter's id; `tree`: the
 * log's tree is not that of its leaves; `head`: what is there is not what was signed.
 */
export type DamageKind = 'changed' | 'missing' | 'unreadable' | 'chain' | 'identity' | 'tree' | 'head';

/** Something found wrong, with the event that shows it where there is one. */
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
  /** Root over everything read, when nothing was found wrong. */
  readonly root: Uint8Array | undefined;
  /** In the order in which it was found. */
  readonly damages: readonly Damage[];
}

export interface VerifyEventsOptions {
  readonly tenant: string;
  readonly log: ProofLog;
  /** The signed head that what is there must extend; none where nothing was signed. */
  readonly head: SignedHead | undefined;
  /**
   * Verifies only the leaves from one on and before another; all of them unless given. What comes before them is taken to
   * be whole, as the log's tree has it, and nothing is held against the head.
   */
  readonly leaves?: { readonly from: number; readonly until: number };
  /** How much damage is told before the verification stops; the first unless given. */
  readonly damagesMax?: number;
  readonly onProgress?: (events: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Nodes of the tree that are compared with the stored ones in one read. */
const NODES_PER_READ = 2_000;
const EVENTS_PER_PROGRESS = 5_000;

/**
 * Reads every event of a ledger and seals it again: events against leaves, leaves against the tree, the tree against the
 * signed head. Memory does not grow with the ledger.
 *
 * That a stream leads up to an event rests on its predecessor's row, which was verified before it unless it stands later
 * in the ledger: then the leaf that was sealed is another one, and shows as changed.
 * @example const { damages, events } = await verifyEvents({ tenant: 'main', log, head: await ledger.log.head() });
 */
export async function verifyEvents(options: VerifyEventsOptions): Promise<EventsVerdict> {
  const { tenant, log, leaves, damagesMax = 1, onProgress, signal } = options;
  const from = leaves?.from ?? 0;
  const head = leaves === undefined ? options.head : undefined;
  const { total, unreadable } = await endOf(log, leaves?.until, head?.size);
  const comparison = new TreeComparison(log);
  const damages: Damage[] = [];
  let tree = await treeAt(log, from);
  let rootAtHead = head?.size === 0 ? tree?.root() : undefined;
  let [next, events, bytes] = [from, 0, 0];
  while (next < total && damages.length < damagesMax) {
    try {
      for await (const event of log.readSealed({ from: next, until: total })) {
        signal?.throwIfAborted();
        // A row in a wrong place says nothing about those before it: they are asked for again, one after the other.
        if (event.leafIndex !== next) break;
        next++;
        events++;
        bytes += Buffer.byteLength(event.body);
        const damage = damageOf(tenant, event);
        if (damage !== undefined) damages.push(damage);
        if (tree !== undefined)
          damages.push(...(await comparison.add(event.leafIndex, tree.append(event.leafHash))));
        if (damages.length >= damagesMax) break;
        if (next === head?.size) rootAtHead = tree?.root();
        if (events % EVENTS_PER_PROGRESS === 0) onProgress?.(next, total);
      }
      if (next === total || damages.length >= damagesMax) break;
      damages.push(lost('missing', next, 'it is not there.'));
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      damages.push(lost('unreadable', next, error.message));
    }
    tree = await treeAt(log, ++next);
  }
  if (damages.length < damagesMax) damages.push(...(await comparison.finish()));
  if (damages.length === 0 && unreadable !== undefined)
    damages.push(lost('unreadable', total, unreadable.message));
  if (damages.length === 0 && head !== undefined) damages.push(...againstHead(head, total, rootAtHead));
  onProgress?.(next, total);
  return { events, bytes, root: damages.length === 0 ? tree?.root() : undefined, damages };
}

/** Where a verification ends; where the end of the log cannot be read, that is where it should be at least. */
async function endOf(
  log: ProofLog,
  until = Infinity,
  signed?: number,
): Promise<{ readonly total: number; readonly unreadable?: RapportError }> {
  try {
    return { total: Math.min(until, await log.size()) };
  } catch (error) {
    const total = Math.min(until, signed ?? until);
    if (!isCorrupt(error) || total === Infinity) throw error;
    return { total, unreadable: error };
  }
}

/** The tree as it was at a size, by the nodes that the log holds; undefined when they cannot be read. */
async function treeAt(log: ProofLog, size: number): Promise<TreeBuilder | undefined> {
  try {
    return new TreeBuilder({ size, hashes: await log.nodes(planRoot(size).nodes) });
  } catch (error) {
    if (isCorrupt(error)) return undefined;
    throw error;
  }
}

/** What reading a body that is none ends with. */
const NOT_A_BODY = [SyntaxError, TypeError, RangeError];

/** Seals an event again; what is wrong with it when that gives another leaf. */
function damageOf(tenant: string, event: SealedEvent): Damage | undefined {
  if (event.revision > 0 && event.previous === null)
    return damaged('chain', event, 'the event before it in its stream is not there');
  try {
    const leaf = leafOf(tenant, event, event.salt, event.previous);
    if (Buffer.compare(hashOfLeaf(leaf), event.leafHash) !== 0)
      return damaged('changed', event, 'it is not what was sealed');
    // Whoever reads the event reads the whole body: it must say what its head, which the leaf was made from, says.
    const { id, source, time } = decodeEvent(event);
    if (
      source === leaf.source &&
      time === leaf.time &&
      eventIdOf(tenant, event.stream, source, id) === event.id
    )
      return undefined;
    return damaged('identity', event, 'its id does not follow from what it says');
  } catch (error) {
    if (!(error instanceof Refusal || NOT_A_BODY.some((kind) => error instanceof kind))) throw error;
    return damaged('changed', event, 'what is stored of it cannot be read any more');
  }
}

/** Compares the nodes that leaves complete with those that the log holds, many in one read. */
class TreeComparison {
  private expected: { readonly node: NodeAddress; readonly hash: Uint8Array; readonly leafIndex: number }[] =
    [];

  constructor(private readonly log: Pick<ProofLog, 'nodes'>) {}

  async add(leafIndex: number, completed: readonly Uint8Array[]): Promise<readonly Damage[]> {
    const nodes = newNodes(leafIndex);
    // The lowest is the leaf itself, which its event was compared with.
    for (let level = 1; level < completed.length; level++)
      this.expected.push({
        node: nodes[level] as NodeAddress,
        hash: completed[level] as Uint8Array,
        leafIndex,
      });
    return this.expected.length < NODES_PER_READ ? [] : this.finish();
  }

  async finish(): Promise<readonly Damage[]> {
    const { expected } = this;
    this.expected = [];
    const stored = await this.stored(expected.map(({ node }) => node));
    return expected.flatMap(({ node, hash, leafIndex }, place) => {
      const found = stored[place];
      if (found !== undefined && Buffer.compare(found, hash) === 0) return [];
      const message = `The log's tree is damaged at level ${node.level} over leaf ${leafIndex}.`;
      return [{ kind: 'tree' as const, leafIndex, message }];
    });
  }

  /** The hashes of nodes; undefined for one that is not there. */
  private async stored(nodes: readonly NodeAddress[]): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      return await this.log.nodes(nodes);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      if (nodes.length === 1) return [undefined];
      const found: (Uint8Array | undefined)[] = [];
      for (const node of nodes) found.push(...(await this.stored([node])));
      return found;
    }
  }
}

const isCorrupt = (error: unknown): error is RapportError =>
  error instanceof RapportError && error.code === 'STORE_CORRUPT';

function againstHead(head: SignedHead, size: number, rootAtHead: Uint8Array | undefined): readonly Damage[] {
  if (size < head.size)
    return [
      {
        kind: 'head',
        message: `The ledger ends with ${size} events, and ${head.size} were signed: its end is missing, or it is an older copy.`,
      },
    ];
  if (rootAtHead !== undefined && Buffer.compare(rootAtHead, head.root) === 0) return [];
  return [
    {
      kind: 'head',
      message: `The first ${head.size} events are whole in themselves, and not those that were signed: the ledger was written anew, or is another one.`,
    },
  ];
}

const lost = (kind: 'missing' | 'unreadable', leafIndex: number, why: string): Damage => ({
  kind,
  leafIndex,
  message: `The event of leaf ${leafIndex}: ${why}`,
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
