import { RapportError } from '@rapport/kernel';
import type { CheckpointSigner } from './checkpoint-signer.js';

/** What signs the head of a log, or says why it does not. */
export type Signing = Pick<CheckpointSigner, 'sign' | 'refused'>;

/** The head is signed at most so often while the log grows. */
const SIGNING_INTERVAL_MS = 1_000;

export interface PacedSignerParts {
  /**
   * Opens what signs; undefined where nothing is signed. Called whenever this process has become the sealer, since another
   * one may have signed meanwhile.
   */
  readonly open: () => Promise<Signing | undefined>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Signs a log at intervals while it grows. That it cannot sign never holds up the sealing: leaves are made all the same,
 * and the next interval tries again.
 */
export class PacedSigner {
  private signing: Signing | undefined;
  private isOpen = false;
  /** Why there is nothing that signs. */
  private notOpened: RapportError | undefined;
  private sizeSigned = -1;
  private triedAt = -Infinity;

  constructor(private readonly parts: PacedSignerParts) {}

  /** Why nothing is signed; undefined while all is well. */
  get refused(): RapportError | undefined {
    return this.signing?.refused ?? this.notOpened;
  }

  /** Forgets what it has open: another process may sign from now on. */
  forget(): void {
    this.signing = undefined;
    this.isOpen = false;
    this.notOpened = undefined;
    this.sizeSigned = -1;
    this.triedAt = -Infinity;
  }

  /** How long until a log of this size is to be signed; Infinity when it is. */
  dueInMs(size: number): number {
    if (size === this.sizeSigned) return Infinity;
    return Math.max(0, this.triedAt + SIGNING_INTERVAL_MS - this.parts.now());
  }

  /** Signs a log of this size unless that is done, or was done a moment ago. */
  async signWhenDue(size: number): Promise<void> {
    if (this.dueInMs(size) === 0) await this.sign(size);
  }

  /** Signs a log of this size unless that is done. */
  async sign(size: number): Promise<void> {
    if (size === this.sizeSigned) return;
    this.triedAt = this.parts.now();
    try {
      if (!this.isOpen) {
        this.signing = await this.parts.open();
        this.isOpen = true;
        this.notOpened = undefined;
      }
      await this.signing?.sign();
      this.sizeSigned = size;
    } catch (error) {
      if (error instanceof RapportError && error.code === 'LOG_NOT_SIGNED') this.notOpened = error;
      this.parts.onFailure(error);
    }
  }
}
