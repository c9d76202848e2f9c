import { RapportError } from '@rapport/kernel';
import {
  noteSigner,
  noteVerifier,
  openCheckpoint,
  Refusal,
  signCheckpoint,
  verifyConsistency,
  type NoteSigner,
  type NoteVerifier,
  type TreeHead,
} from '@rapport/proof';
import type { LogKeys, ProofLog, SignedHeads } from '../ports/index.js';
import { consistencyOf, headOf } from './log-tree.js';

/** What a signer works with. */
export interface SignerParts {
  readonly log: ProofLog;
  readonly heads: SignedHeads;
  readonly keys: Required<LogKeys>;
}

/**
 * Signs the head of a log whenever it has grown, and only when it has: a head is signed after it was shown to extend the
 * last one that was. One who finds a shorter or a different past signs nothing from then on, and says why.
 */
export class CheckpointSigner {
  private readonly signer: NoteSigner;
  private readonly verifier: NoteVerifier;
  private last: TreeHead | undefined;
  private refusal: RapportError | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly parts: SignerParts) {
    this.signer = noteSigner(parts.keys.signerKey);
    this.verifier = noteVerifier(parts.keys.verifierKey);
  }

  /** Why nothing is signed; undefined while all is well. */
  get refused(): RapportError | undefined {
    return this.refusal;
  }

  /**
   * Takes up where the last signed head stands, and signs what the log holds beyond it.
   * @param isNew whether the log's keys were made just now, so that there is no head to be missed
   */
  async open(isNew: boolean): Promise<void> {
    const { log, heads } = this.parts;
    const kept = await heads.last();
    if (kept !== undefined) this.last = this.opened(kept);
    else if (!isNew && (await log.size()) > 0) this.refuse(NO_HEAD);
    if (this.last !== undefined && this.last.size <= (await log.size())) {
      const { root } = await headOf(log, this.last.size);
      if (Buffer.compare(root, this.last.root) !== 0) this.refuse(different(this.last.size));
    }
    await this.sign();
  }

  /** Signs the head as it is now, unless it is signed already. Never two at once; resolves when it is kept. */
  sign(): Promise<void> {
    const turn = this.turn.then(() => this.signNow());
    this.turn = turn.catch(() => undefined); // whoever asked hears of it
    return turn;
  }

  private async signNow(): Promise<void> {
    const { log, heads } = this.parts;
    if (this.refusal !== undefined) return;
    const size = await log.size();
    const signed = this.last?.size ?? 0;
    if (size === this.last?.size) return;
    if (size < signed) return this.refuse(shorter(size, signed));
    const head = await headOf(log, size);
    if (this.last !== undefined && signed > 0 && !(await this.extends(this.last, head)))
      return this.refuse(different(signed));
    await heads.keep(signCheckpoint({ origin: this.signer.name, ...head }, this.signer));
    this.last = head;
  }

  private async extends(from: TreeHead, to: TreeHead): Promise<boolean> {
    try {
      verifyConsistency(from, to, await consistencyOf(this.parts.log, from.size, to.size));
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  private opened(kept: Uint8Array): TreeHead | undefined {
    try {
      return openCheckpoint(kept, this.verifier).checkpoint;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(`the last signed head cannot be read (${error.message})`);
      return undefined;
    }
  }

  private refuse(why: string): void {
    this.refusal ??= new RapportError(
      'LOG_NOT_SIGNED',
      `The log ${this.signer.name} is not signed any more: ${why}. Restore what is missing, or begin a log under a new key with \`rapport log new-key\`; \`rapport verify --store\` says more.`,
    );
  }
}

const NO_HEAD = 'the last signed head is missing beside its key, so nobody can tell what the ledger held';
const shorter = (size: number, signed: number): string =>
  `the ledger holds ${size} events, and ${signed} were signed: it is an older copy, or has lost its end`;
const different = (size: number): string =>
  `the first ${size} events are not those that were signed: the ledger was changed, or is another one`;
