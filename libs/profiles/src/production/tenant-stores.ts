import {
  followedProofLog,
  type EventStore,
  type LeafStore,
  type LedgerMarks,
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
import type { CompletenessMap } from '@rapport/ledger';
import { eventsFrom } from './events-from.js';
import type { Servers } from './servers.js';

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
export function openTenantStores(
  { options, mongo }: Servers,
  { tenant, origin }: RegisteredTenant,
): TenantStores {
  const leaves = mongoLeafStore({ mongo, tenant });
  const { eventStoreDb: url, eventStoreDbPrefix: prefix = '' } = options;
  const stored = eventStoreDbStore({ url, tenant: `${prefix}${tenant}`, marks: marksFrom(leaves, origin) });
  const events = eventsFrom(stored, origin);
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

/** Marks of a ledger that begins at a position: nothing of it lies before. */
const marksFrom = (marks: LedgerMarks, origin: bigint): LedgerMarks => ({
  last: async () => (await marks.last()) ?? { position: origin, count: 0, recordedAtMs: 0 },
  recordedBy: (recordedAtMs) => marks.recordedBy(recordedAtMs),
});
