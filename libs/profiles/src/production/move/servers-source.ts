import { join } from 'node:path';
import { headsInTwoPlaces } from '@rapport/ledger';
import { readLogKeys, signedHeadsIn } from '../../log-keys.js';
import type { MoveSource, TenantSource } from '../../move/move-places.js';
import { keyCollections } from '../key-collections.js';
import type { ProductionOptions } from '../production-options.js';
import { Servers } from '../servers.js';
import { closeTenantStores, openTenantStores } from '../tenant-stores.js';

/**
 * Opens the servers of the production profile to move ledgers from. Others go on recording there.
 * @throws RapportError `STORE_UNAVAILABLE`
 */
export async function openServersSource(options: ProductionOptions): Promise<MoveSource> {
  const servers = await Servers.open(options);
  return {
    isHeld: false,
    tenants: () => servers.names(),
    tenant: (name) => openTenant(servers, name),
    close: () => servers.close(),
  };
}

async function openTenant(servers: Servers, tenant: string): Promise<TenantSource> {
  const registered = await servers.existing(tenant);
  const keys = await keyCollections(servers, tenant).existing();
  const stores = await openTenantStores(servers, registered);
  const { events, views, log, heads: published } = stores;
  const { keysDir, keyEncryptionKey } = servers.options;
  const folder = join(keysDir, tenant);
  const verifierKey = async (): Promise<string | undefined> =>
    (await published.verifierKey()) ?? (await readLogKeys(folder))?.verifierKey;
  return {
    tenant,
    secrets: { keysDir, keyEncryptionKey },
    events,
    views,
    log,
    keys,
    verifierKey,
    lastHead: async () => {
      const key = await verifierKey();
      const memory = signedHeadsIn(folder);
      return key === undefined ? undefined : headsInTwoPlaces({ memory, published, verifierKey: key }).last();
    },
    close: async () => {
      await keys.close();
      await closeTenantStores(stores);
    },
  };
}
