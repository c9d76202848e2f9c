import type { MongoConnection } from './connection.js';
import type { LeaseDocument } from './leases.js';
import { measureSkewMs } from './server-clock.js';

/** Who holds a lease, as far as the server's clock tells. */
export interface LeaseHolder {
  /** `projector`: writes the views. `sealer`: writes the proof log. */
  readonly name: string;
  /** Undefined when nobody holds it now. */
  readonly owner: string | undefined;
  /** Until another may take it; negative when it has ended. */
  readonly expiresInMs: number;
}

/**
 * The leases of a tenant as they stand, for whoever wants to know what is going on.
 * @throws RapportError `STORE_UNAVAILABLE`
 * @example await mongoLeaseHolders(mongo, 'main'); // [{ name: 'projector', owner: 'host:17:…', expiresInMs: 3200 }]
 */
export async function mongoLeaseHolders(
  mongo: MongoConnection,
  tenant: string,
): Promise<readonly LeaseHolder[]> {
  const nowMs = Date.now() + (await measureSkewMs(mongo));
  const rows = await mongo.run(() => mongo.exact<LeaseDocument>(tenant, 'leases').find().toArray());
  return rows
    .map(({ _id, owner, expiresAtMs }) => {
      const expiresInMs = Number(expiresAtMs) - nowMs;
      return { name: _id, owner: owner === '' || expiresInMs <= 0 ? undefined : owner, expiresInMs };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
