import { RapportError } from '@rapport/kernel';
import type { Lease } from '../ports/index.js';
import type { ProjectorOptions } from './projector-options.js';

/** Long enough for a slow batch, short enough that another worker takes over soon. */
const LEASE_TTL_MS = 15_000;

/** The grant to write views, prolonged as it is used. */
export class ProjectorLease {
  private lease: Lease | undefined;

  constructor(private readonly options: Pick<ProjectorOptions, 'views' | 'owner' | 'now'>) {}

  /** @throws RapportError `LEASE_LOST` while another owner holds it */
  async renew(): Promise<Lease> {
    const { views, owner, now } = this.options;
    if (this.lease !== undefined && this.lease.expiresAtMs - now() > LEASE_TTL_MS / 2) return this.lease;
    const lease = await views.lease('projector', owner, LEASE_TTL_MS);
    if (lease === undefined)
      throw new RapportError(
        'LEASE_LOST',
        'Another process keeps the views of this ledger up to date: it goes on, this one must not.',
      );
    this.lease = lease;
    return lease;
  }

  async release(): Promise<void> {
    if (this.lease !== undefined) await this.options.views.release(this.lease);
    this.lease = undefined;
  }
}
