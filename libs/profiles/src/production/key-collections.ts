import { RapportError } from '@rapport/kernel';
import { mongoKeyStore } from '@rapport/store-mongodb';
import type { KeyPlace } from '../tenant-keys.js';
import type { Servers } from './servers.js';

/** The keys of a tenant in collections of their own database, which has a list of the tenants that it holds keys of. */
export function keyCollections(servers: Servers, tenant: string): KeyPlace {
  const { keys, keyedTenants, tenants } = servers;
  const areThere = async (): Promise<boolean> => (await keyedTenants.find(tenant)) !== undefined;
  return {
    prepare: async () => {
      // Keys are registered before their ledger is: in this order nobody is caught between the two.
      const isOld = (await tenants.find(tenant)) !== undefined;
      if (isOld && !(await areThere())) throw missing(tenant);
      return async () => {
        if (!(await areThere())) await keyedTenants.register({ tenant, origin: await servers.eventsEnd() });
        return mongoKeyStore({ mongo: keys, tenant });
      };
    },
    existing: async () => {
      if (!(await areThere())) throw missing(tenant);
      return mongoKeyStore({ mongo: keys, tenant });
    },
    holdsNone: async () => (await keyedTenants.all()).length === 0,
  };
}

const missing = (tenant: string): RapportError =>
  new RapportError(
    'KEY_NOT_FOUND',
    `The database of keys has none of ${tenant}, and without them no personal value of the ledger can be read: restore it from its backup, and see that RAPPORT_MONGODB_KEYS and RAPPORT_MONGODB_KEYS_DATABASE name it.`,
  );
