import { join } from 'node:path';
import { headsInTwoPlaces, type SignedHeads } from '@rapport/ledger';
import { readLogKeys, signedHeadsIn } from '../log-keys.js';
import { verifyLedger, type StoreVerdict, type VerifyRequest } from '../verify-ledger.js';
import type { ProductionOptions } from './production-options.js';
import { Servers } from './servers.js';
import { closeTenantStores, openTenantStores, type TenantStores } from './tenant-stores.js';

/**
 * Verifies everything that the servers hold of a tenant: events in EventStoreDB against leaves in MongoDB, these against
 * their tree and the signed head, and the views against a replay. It may run beside workers and servers.
 *
 * The key and the last head are those of the folder of secrets, where this process has it; what is published in MongoDB is
 * believed only where it has not.
 * @throws RapportError `TENANT_NOT_FOUND`, `STORE_CORRUPT`, `STORE_UNAVAILABLE`; a Refusal for a head that does not verify
 */
export async function verifyProduction(options: VerifyRequest & ProductionOptions): Promise<StoreVerdict> {
  const servers = await Servers.open(options);
  try {
    const stores = await openTenantStores(servers, await servers.existing(options.tenant));
    try {
      return await verified(options, stores);
    } finally {
      await closeTenantStores(stores);
    }
  } finally {
    await servers.close();
  }
}

async function verified(
  options: VerifyRequest & ProductionOptions,
  { events, views, log, heads: published }: TenantStores,
): Promise<StoreVerdict> {
  const folder = join(options.keysDir, options.tenant);
  const verifierKey =
    options.verifierKey ?? (await readLogKeys(folder))?.verifierKey ?? (await published.verifierKey());
  const memory = signedHeadsIn(folder);
  const heads: SignedHeads =
    verifierKey === undefined ? published : headsInTwoPlaces({ memory, published, verifierKey });
  const openReplay = () => ({ events, views, close: async () => undefined });
  return verifyLedger({ log, heads, verifierKey, fileProblems: [], openReplay }, options);
}
