import {
  followedProofLog,
  SealedLog,
  type CompletenessMap,
  type EventStore,
  type LeafStore,
  type ProofLog,
  type SaltedEvents,
  type ViewStore,
} from '@rapport/ledger';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import {
  mongoCompletenessMap,
  mongoLeafStore,
  mongoSignedHeads,
  mongoViewStore,
  mongoWorkRequests,
  type PublishedHeads,
  type RegisteredTenant,
  type WorkRequests,
} from '@rapport/store-mongodb';
import { PATIENCE_MS } from './production-options.js';
import type { Servers } from './servers.js';
import { sharedNews } from './shared-news.js';

/** Everything that is kept of one tenant, its keys apart. Each is closed by whoever opened it. */
export interface TenantStores {
  readonly events: EventStore & SaltedEvents;
  readonly views: ViewStore;
  readonly leaves: LeafStore;
  readonly log: ProofLog;
  readonly heads: PublishedHeads;
  readonly map: CompletenessMap;
  readonly requests: WorkRequests;
}

/** Opens the stores of a tenant. */
export async function openTenantStores(
  { options, mongo }: Servers,
  { tenant, origin }: RegisteredTenant,
): Promise<TenantStores> {
  const leaves = await mongoLeafStore({ mongo, tenant });
  const { eventStoreDb: url, eventStoreDbPrefix: prefix = '' } = options;
  const stored = eventStoreDbStore({
    url,
    tenant: `${prefix}${tenant}`,
    marks: leaves,
    beganAt: origin,
    giveUpAfterMs: PATIENCE_MS,
  });
  const events = sharedNews(stored);
  return {
    events,
    views: mongoViewStore({ mongo, tenant }),
    leaves,
    log: followedProofLog({ leaves, events }),
    heads: mongoSignedHeads({ mongo, tenant }),
    map: mongoCompletenessMap({ mongo, tenant }),
    requests: mongoWorkRequests({ mongo, tenant }),
  };
}

/** Closes the stores of a tenant, in an order in which none needs another that is closed. */
export async function closeTenantStores({
  events,
  views,
  log,
  map,
}: Pick<TenantStores, 'events' | 'views' | 'log' | 'map'>): Promise<void> {
  await map.close();
  await log.close();
  await views.close();
  await events.close();
}

/** The log of a tenant as a process sees it that does not sign: keys and heads are those that a worker has published. */
export function publishedLog(tenant: string, { events, log, heads }: TenantStores): SealedLog {
  const elsewhere = {
    verifierKey: () => heads.verifierKey(),
    refusal: () => heads.refusal(),
    isRecorded: async (position: bigint) => (await events.readAt([position])).length > 0,
  };
  return new SealedLog({ tenant, log, heads, keys: undefined, elsewhere });
}
