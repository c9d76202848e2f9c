import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import { formatLeaf, formatTlogProof, openCheckpoint, noteVerifier, type TreeHead } from '@rapport/proof';
import type { LogKeys, ProofLog, SealedEvent, SignedHeads } from '../ports/index.js';
import type { CheckpointSigner } from './checkpoint-signer.js';
import { leafOf } from './leaf-of-event.js';
import { inclusionOf } from './log-tree.js';
import { readLogFile, type LogFile } from './log-files.js';

/** Proof that one event is in the log, checkable offline with the log's verifier key. */
export interface Receipt {
  readonly position: bigint;
  readonly eventId: string;
  readonly leafIndex: number;
  /** Number of leaves of the checkpoint in it. */
  readonly treeSize: number;
  /** The exact bytes of the leaf: canonical JSON. */
  readonly leaf: Uint8Array;
  /** The receipt as C2SP tlog-proof has it. */
  readonly proof: Uint8Array;
}

/** A signed head, as it is published. */
export interface SignedHead extends TreeHead {
  readonly checkpoint: Uint8Array;
}

export interface SealedLogParts {
  readonly tenant: string;
  readonly log: ProofLog;
  readonly heads: SignedHeads;
  /** None where a log has never been signed, or its key folder is missing. */
  readonly keys: LogKeys | undefined;
  /** Signs; only in the process that holds the ledger for writing. */
  readonly signer?: CheckpointSigner;
  /** Why there is no signer where there should be one. */
  readonly refused?: RapportError;
  /** What stands in for the above where another process makes and signs the log. */
  readonly elsewhere?: SealedElsewhere;
}

/** How a process reads a log that another one makes after its events were recorded. */
export interface SealedElsewhere {
  /** The key that verifies the log, once it is published. */
  verifierKey(): Promise<string | undefined>;
  /** Whether there is an event at a position, sealed or not. */
  isRecorded(position: bigint): Promise<boolean>;
  /** Why that process seals, or signs, nothing any more, in words; undefined while all is well. */
  refusal(): Promise<string | undefined>;
}

/** How often the head is signed while the log grows. */
const SIGNING_INTERVAL_MS = 1_000;
/** How often somebody who waits looks for a new checkpoint. */
const LOOK_INTERVAL_MS = 50;

/** The proof log of one tenant as the outside sees it: checkpoints, receipts, and the static files of a log. */
export class SealedLog {
  private timer: NodeJS.Timeout | undefined;
  private lastHead: SignedHead | undefined;
  private keyFound: string | undefined;

  constructor(private readonly parts: SealedLogParts) {
    this.keyFound = parts.keys?.verifierKey;
  }

  /** The key that verifies everything given out here, as far as it was found: see {@link findKey}. */
  get verifierKey(): string | undefined {
    return this.keyFound;
  }

  /** The key that verifies everything given out here; undefined while another process has not published it yet. */
  async findKey(): Promise<string | undefined> {
    return (this.keyFound ??= await this.parts.elsewhere?.verifierKey());
  }

  /** Why this process signs nothing any more; undefined while all is well, or where another process signs. */
  get refused(): RapportError | undefined {
    return this.parts.refused ?? this.parts.signer?.refused;
  }

  /** Why nothing is signed any more, by whichever process that does; undefined while all is well. */
  async refusal(): Promise<RapportError | undefined> {
    if (this.refused !== undefined) return this.refused;
    const why = await this.parts.elsewhere?.refusal();
    return why === undefined ? undefined : new RapportError('LOG_NOT_SIGNED', why);
  }

  /** Begins to sign at intervals. @param onFailure is told what broke; the next turn tries again */
  start(onFailure: (error: unknown) => void): void {
    const { signer } = this.parts;
    if (signer === undefined) return;
    this.timer = setInterval(() => void signer.sign().catch(onFailure), SIGNING_INTERVAL_MS).unref();
  }

  /** Signs what is not yet, for the last time. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    try {
      await this.parts.signer?.sign();
    } finally {
      await this.parts.log.close();
    }
  }

  /** The newest checkpoint, its signature verified; undefined when nothing was signed yet. */
  async head(): Promise<SignedHead | undefined> {
    const checkpoint = await this.parts.heads.last();
    const key = await this.findKey();
    if (checkpoint === undefined || key === undefined) return undefined;
    if (this.lastHead !== undefined && Buffer.compare(this.lastHead.checkpoint, checkpoint) === 0)
      return this.lastHead;
    const { size, root } = await this.opened(checkpoint, key);
    return (this.lastHead = { size, root, checkpoint });
  }

  /** A log that another process signs may have begun under a new key since its key was found. */
  private async opened(checkpoint: Uint8Array, key: string): Promise<TreeHead> {
    try {
      return openCheckpoint(checkpoint, noteVerifier(key)).checkpoint;
    } catch (error) {
      const newKey = await this.parts.elsewhere?.verifierKey();
      if (newKey === undefined || newKey === key) throw error;
      this.keyFound = newKey;
      return openCheckpoint(checkpoint, noteVerifier(newKey)).checkpoint;
    }
  }

  /**
   * Waits until events have their leaves, and gives the indexes of those.
   * @throws RapportError `WAIT_TIMEOUT`
   */
  async sealed(positions: readonly bigint[], timeoutMs: number): Promise<readonly number[]> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const indexes = await this.parts.log.leafIndexesOf(positions);
      if (indexes.every((index) => index !== undefined)) return indexes;
      if (performance.now() >= until)
        throw new RapportError(
          'WAIT_TIMEOUT',
          `The events are recorded, and not sealed within ${timeoutMs} ms: ask for their receipts in a moment.`,
        );
      await sleep(LOOK_INTERVAL_MS);
    }
  }

  /**
   * Waits until a checkpoint covers an event.
   * @throws RapportError `EVENT_NOT_FOUND`, `WAIT_TIMEOUT`, `LOG_NOT_SIGNED`
   */
  async published(position: bigint, timeoutMs: number): Promise<SignedHead> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const leafIndex = await this.leafIndexIn(position);
      const head = await this.head();
      if (leafIndex !== undefined && head !== undefined && leafIndex < head.size) return head;
      const refusal = await this.refusal();
      if (refusal !== undefined) throw refusal;
      if (performance.now() >= until)
        throw new RapportError(
          'WAIT_TIMEOUT',
          `No checkpoint covers position ${position} yet, within ${timeoutMs} ms: the server signs one within seconds; ask again.`,
        );
      await sleep(LOOK_INTERVAL_MS);
    }
  }

  /**
   * The receipt of the event at a position, under the newest checkpoint.
   * @throws RapportError as {@link published}
   */
  async receipt(position: bigint, timeoutMs = 0): Promise<Receipt> {
    const { size, checkpoint } = await this.published(position, timeoutMs);
    const [index = 0] = await this.sealed([position], timeoutMs);
    const event = await this.sealedAt(index);
    const proof = await inclusionOf(this.parts.log, index, size);
    return {
      position,
      eventId: event.id,
      leafIndex: index,
      treeSize: size,
      leaf: this.leafBytes(event),
      proof: formatTlogProof({ index, proof, checkpoint }),
    };
  }

  /** A static file of the log (C2SP tlog-tiles), as far as the newest checkpoint reaches; undefined when it has none there. */
  async file(path: string): Promise<LogFile | undefined> {
    const head = await this.head();
    if (head === undefined) return undefined;
    if (path === 'checkpoint') return { bytes: head.checkpoint, isFinal: false };
    return readLogFile(path, head.size, {
      nodes: (nodes) => this.parts.log.nodes(nodes),
      entries: async (from, count) => {
        const indexes = Array.from({ length: count }, (_, place) => from + place);
        return (await this.parts.log.sealedAt(indexes)).map((event) => this.leafBytes(event));
      },
    });
  }

  /** The leaf indexes of the events at these positions; undefined for one that is not sealed (yet). */
  leafIndexesOf(positions: readonly bigint[]): Promise<readonly (number | undefined)[]> {
    return this.parts.log.leafIndexesOf(positions);
  }

  /** Number of leaves, signed or not. */
  size(): Promise<number> {
    return this.parts.log.size();
  }

  /** The position of the last event of a tree of this size; 0n for an empty one. @throws RapportError `INVALID_QUERY` */
  async positionOf(treeSize: number): Promise<bigint> {
    if (treeSize === 0) return 0n;
    const [last] = await this.parts.log.sealedAt([treeSize - 1]);
    if (last !== undefined) return last.position;
    throw new RapportError(
      'INVALID_QUERY',
      `The proof log has ${await this.size()} leaves, not ${treeSize}: give a size that it has reached.`,
    );
  }

  /** The leaf of an event; undefined while another process has not made it yet. @throws RapportError `EVENT_NOT_FOUND` */
  private async leafIndexIn(position: bigint): Promise<number | undefined> {
    const [index] = await this.parts.log.leafIndexesOf([position]);
    if (index !== undefined || (await this.parts.elsewhere?.isRecorded(position)) === true) return index;
    throw new RapportError('EVENT_NOT_FOUND', `There is no sealed event at position ${position}.`);
  }

  private async sealedAt(leafIndex: number): Promise<SealedEvent> {
    const [event] = await this.parts.log.sealedAt([leafIndex]);
    if (event !== undefined) return event;
    throw new RapportError('STORE_CORRUPT', `The ledger has lost the event of leaf ${leafIndex}.`);
  }

  private leafBytes(event: SealedEvent): Uint8Array {
    return formatLeaf(leafOf(this.parts.tenant, event, event.salt, event.previous));
  }
}
