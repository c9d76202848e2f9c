import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { CheckpointSigner, headsInTwoPlaces, SealerLease } from '@rapport/ledger';
import {
  LOG_HOST_DEFAULT,
  makeLogKeys,
  setLogAside,
  signedHeadsIn,
  type RenewedLogKey,
} from '../log-keys.js';
import { PRODUCTION_DEFAULTS, type ProductionOptions } from './production-options.js';
import { Servers } from './servers.js';
import { closeTenantStores, openTenantStores, type TenantStores } from './tenant-stores.js';

/**
 * Does what `renewLogKey` says where workers sign: under the lease of whoever seals, so that none of them is at it.
 * @throws RapportError as `renewLogKey`
 */
export async function renewPublishedLogKey(
  options: ProductionOptions,
  tenant: string,
  now: number,
): Promise<RenewedLogKey> {
  const servers = await Servers.open(options);
  try {
    const stores = await openTenantStores(servers, await servers.existing(tenant));
    try {
      return await asSealer(stores, options, tenant, () => renew(stores, options, tenant, now));
    } finally {
      await closeTenantStores(stores);
    }
  } finally {
    await servers.close();
  }
}

async function asSealer<T>(
  { views: leases }: TenantStores,
  { leaseMs: ttlMs = PRODUCTION_DEFAULTS.leaseMs }: ProductionOptions,
  tenant: string,
  work: () => Promise<T>,
): Promise<T> {
  const owner = `new-key-${randomUUID()}`;
  const lease = new SealerLease({ leases, owner, ttlMs, now: () => performance.now() });
  if ((await lease.hold()) === undefined)
    throw new RapportError(
      'LEDGER_IN_USE',
      `A worker signs the log of ${tenant}: stop the workers, and try again in a moment.`,
    );
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

async function renew(
  { log, heads: published }: TenantStores,
  { keysDir, logHost = LOG_HOST_DEFAULT }: ProductionOptions,
  tenant: string,
  now: number,
): Promise<RenewedLogKey> {
  const folder = join(keysDir, tenant);
  const aside = await setLogAside(folder, now);
  const keys = await makeLogKeys(folder, `${logHost}/${tenant}`);
  const { verifierKey } = keys;
  await published.replaceKey(verifierKey);
  const heads = headsInTwoPlaces({ memory: signedHeadsIn(folder), published, verifierKey });
  await new CheckpointSigner({ log, heads, keys }).open(true);
  return { verifierKey, aside };
}
