import type { Lease, ViewStore } from '../ports/index.js';

/** Where leases are taken. */
export type Leases = Pick<ViewStore, 'lease' | 'release'>;

/** The lease of whoever seals a log. */
export const SEALER_LEASE = 'sealer';
/** It is prolonged this often in each time that it lasts. */
const RENEWALS_PER_LEASE = 3;

export interface SealerLeaseParts {
  readonly leases: Leases;
  readonly owner: string;
  readonly ttlMs: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

/**
 * The grant to seal, prolonged as it is used. It counts from when it was asked for, on a clock of this process that only
 * goes forward, so that clocks apart do no harm.
 */
export class SealerLease {
  private held: { readonly lease: Lease; readonly askedAt: number } | undefined;

  constructor(private readonly parts: SealerLeaseParts) {}

  /** Whether it was not yet time to prolong it. */
  get isFresh(): boolean {
    return this.renewInMs() > 0;
  }

  /** How long until it is to be prolonged. */
  renewInMs(): number {
    if (this.held === undefined) return 0;
    const { now, ttlMs } = this.parts;
    return Math.max(0, this.held.askedAt + ttlMs / RENEWALS_PER_LEASE - now());
  }

  /** The lease, taken or prolonged where it is time; undefined while another process holds it. */
  async hold(): Promise<Lease | undefined> {
    if (this.held !== undefined && this.isFresh) return this.held.lease;
    const { leases, owner, ttlMs, now } = this.parts;
    const askedAt = now();
    const lease = await leases.lease(SEALER_LEASE, owner, ttlMs);
    this.held = lease === undefined ? undefined : { lease, askedAt };
    return lease;
  }

  /** Takes it for lost: it is asked for again. */
  forget(): void {
    this.held = undefined;
  }

  async release(): Promise<void> {
    const { held } = this;
    this.held = undefined;
    if (held !== undefined) await this.parts.leases.release(held.lease);
  }
}
