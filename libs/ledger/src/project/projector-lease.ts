import { RapportError } from '@rapport/kernel';
import type { Lease } from '../ports/index.js';
import type { ProjectorOptions } from './projector-options.js';

/** Long enough for a slow batch, short enough that another worker takes over soon. */
const LEASE_TTL_MS = 15_000;

/**
 * The grant to write views, prolonged as it is used. How old it is, this process measures by its own steady clock: the
 * clock of whoever grants it may show another time.
 */
export class ProjectorLease {
  private lease: Lease | undefined;
  private takenAtMs = 0;
  private released = false;

  constructor(private readonly options: Pick<ProjectorOptions, 'views' | 'owner' | 'leaseTtlMs'>) {}

  /** The grant, prolonged when half of its time is over. @throws RapportError `LEASE_LOST` once another owner holds it */
  async renew(): Promise<Lease> {
    if (this.lease !== undefined && performance.now() - this.takenAtMs < this.ttlMs / 2) return this.lease;
    return this.prolong();
  }

  /**
   * Takes the grant, or prolongs it now. Once it was taken over it stays lost, even when it is free again: what this
   * process knows of the views is then out of date.
   * @throws RapportError `LEASE_LOST`
   */
  async prolong(): Promise<Lease> {
    const askedAtMs = performance.now();
    const lease = this.released
      ? undefined
      : await this.options.views.lease('projector', this.options.owner, this.ttlMs);
    if (lease === undefined || (this.lease !== undefined && lease.token !== this.lease.token))
      throw new RapportError(
        'LEASE_LOST',
        'Another process keeps the views of this ledger up to date: it goes on, this one must not.',
      );
    this.lease = lease;
    this.takenAtMs = askedAtMs;
    return lease;
  }

  async release(): Promise<void> {
    this.released = true;
    if (this.lease !== undefined) await this.options.views.release(this.lease);
  }

  private get ttlMs(): number {
    return this.options.leaseTtlMs ?? LEASE_TTL_MS;
  }
}
