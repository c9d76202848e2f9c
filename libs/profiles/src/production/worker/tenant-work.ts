import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import {
  eventSealer,
  LogFollower,
  OpenLedger,
  Projector,
  RunningProjection,
  type SealingHealth,
  type ViewHealth,
} from '@rapport/ledger';
import type { RegisteredTenant } from '@rapport/store-mongodb';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';
import { erasureRules } from '../../erasure.js';
import { TenantProver } from '../../prove/tenant-prover.js';
import { pause } from '../pause.js';
import { PRODUCTION_DEFAULTS } from '../production-options.js';
import type { Servers } from '../servers.js';
import { closeTenantStores, openTenantStores, publishedLog, type TenantStores } from '../tenant-stores.js';
import { AnsweredRequests } from './answered-requests.js';
import { openLogSigner } from './log-signing.js';

/** The lease is prolonged this often in each time that it lasts. */
const RENEWALS_PER_LEASE = 3;
/** How long to wait after the news of a ledger broke. */
const NEWS_AGAIN_MS = 500;

/** How what a worker does for a tenant stands. */
export interface TenantWorkHealth {
  readonly tenant: string;
  readonly sealing: SealingHealth;
  readonly views: readonly ViewHealth[];
}

export interface TenantWorkParts {
  readonly servers: Servers;
  readonly tenant: RegisteredTenant;
  /** Names this worker among all that ever ran. */
  readonly owner: string;
  readonly onFailure: (tenant: string, error: unknown) => void;
}

/**
 * What a worker does for one tenant while it holds the lease of its views: keeps the views, seals and signs the log (under
 * a lease of its own, which it takes along), keeps the completeness map, and answers requests. All views of a tenant are fed
 * by one reader, so they have one owner.
 */
export class TenantWork {
  private readonly stop = new AbortController();
  private readonly loops: readonly Promise<unknown>[];
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly parts: TenantWorkParts,
    private readonly stores: TenantStores,
    private readonly ledger: OpenLedger,
    private readonly projector: Projector,
    private readonly projection: RunningProjection,
    private readonly prover: TenantProver,
    private readonly follower: LogFollower,
    private readonly onLost: () => void,
  ) {
    const { signal } = this.stop;
    const requests = new AnsweredRequests({
      requests: stores.requests,
      projection,
      prover,
      onFailure: (error) => this.tell(error),
    });
    this.loops = [this.keepLease(signal), this.hearNews(signal), follower.run(signal), requests.run(signal)];
  }

  /**
   * Takes the lease of a tenant's views, and begins. Gives nothing while another worker holds it.
   * @param onLost is told when another worker has taken over, or the lease could not be kept
   */
  static async take(parts: TenantWorkParts, onLost: () => void): Promise<TenantWork | undefined> {
    const { servers, owner, onFailure } = parts;
    const { tenant } = parts.tenant;
    const { leaseMs = PRODUCTION_DEFAULTS.leaseMs, now = Date.now } = servers.options;
    const stores = await openTenantStores(servers, parts.tenant);
    const { events, views: viewStore } = stores;
    const projector = new Projector({
      events,
      views: viewStore,
      registry: views,
      kinds,
      owner,
      leaseTtlMs: leaseMs,
      now,
    });
    let missing: readonly string[];
    try {
      missing = await projector.open();
    } catch (error) {
      await projector.close().catch(() => undefined); // it may not have got that far
      await closeTenantStores(stores);
      if (isLost(error)) return undefined;
      throw error;
    }
    const told = (error: unknown): void => {
      onFailure(tenant, error);
      if (isLost(error)) onLost();
    };
    const projection = new RunningProjection(projector, missing, told);
    const ledger = ledgerOver(servers, tenant, stores, projection);
    const { log, map } = stores;
    const prover = new TenantProver({ ledger, keys: noKeys, log, map, upkeep: { by: 'thisThread' }, now });
    const follower = followerOf(parts, stores, leaseMs);
    try {
      await ledger.open();
    } catch (error) {
      await prover.close();
      await ledger.close(); // with it the projection, which would go on otherwise
      throw error;
    }
    prover.start(servers.options.mapIntervalMs);
    return new TenantWork(parts, stores, ledger, projector, projection, prover, follower, onLost);
  }

  async health(): Promise<TenantWorkHealth> {
    return {
      tenant: this.parts.tenant.tenant,
      sealing: await this.follower.health(),
      views: await this.ledger.health(),
    };
  }

  /** Finishes what is under way, and gives the leases back. */
  close(): Promise<void> {
    return (this.closing ??= this.closeNow());
  }

  private async closeNow(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.loops);
    try {
      await this.prover.close();
    } finally {
      await this.ledger.close(); // with it the projection, which gives its lease back
    }
  }

  /** Also while there is nothing to write for long, and while a batch is under way. */
  private async keepLease(signal: AbortSignal): Promise<void> {
    const { leaseMs = PRODUCTION_DEFAULTS.leaseMs } = this.parts.servers.options;
    for (;;) {
      await pause(leaseMs / RENEWALS_PER_LEASE, signal);
      if (signal.aborted) return;
      try {
        await this.projector.keepLease();
      } catch (error) {
        this.tell(error);
        if (isLost(error)) return this.onLost();
      }
    }
  }

  /** Wakes the projector when something is recorded, anywhere. */
  private async hearNews(signal: AbortSignal): Promise<void> {
    const { events } = this.stores;
    while (!signal.aborted) {
      try {
        const { position } = await events.head();
        this.projection.wake();
        for await (const _event of events.subscribe({ after: position }, signal)) this.projection.wake();
      } catch (error) {
        if (!signal.aborted) this.tell(error);
      }
      await pause(NEWS_AGAIN_MS, signal);
    }
  }

  private tell(error: unknown): void {
    this.parts.onFailure(this.parts.tenant.tenant, error);
  }
}

function ledgerOver(
  { options }: Servers,
  tenant: string,
  stores: TenantStores,
  projection: RunningProjection,
): OpenLedger {
  const { events, views: viewStore } = stores;
  return new OpenLedger({
    tenant,
    events,
    viewStore,
    kinds,
    views,
    analyses,
    projection,
    log: publishedLog(tenant, stores),
    keys: noKeys,
    erasure: erasureRules(false),
    writable: true,
    now: options.now ?? Date.now,
  });
}

function followerOf(
  { servers, tenant: { tenant }, owner, onFailure }: TenantWorkParts,
  stores: TenantStores,
  leaseTtlMs: number,
): LogFollower {
  const { keysDir, logHost } = servers.options;
  return new LogFollower({
    tenant,
    events: stores.events,
    leaves: stores.leaves,
    leases: stores.views,
    sealer: eventSealer,
    owner,
    leaseTtlMs,
    openSigner: () => openLogSigner(stores, { tenant, folder: join(keysDir, tenant), logHost }),
    publishRefusal: (why) => stores.heads.refuse(why),
    onFailure: (error) => onFailure(tenant, error),
  });
}

const isLost = (error: unknown): boolean => error instanceof RapportError && error.code === 'LEASE_LOST';

const noKeys = (): Promise<never> =>
  Promise.reject(
    new RapportError('INTERNAL', 'A worker opens no keys: it reads and records nothing personal.'),
  );
