import type { RenewedLogKey } from './log-keys.js';
import { renewEmbeddedLogKey } from './embedded-log.js';
import type { Configuration } from './production/configuration.js';

/**
 * Begins the log of a tenant under a new key: what it holds is signed as it is now, and the old key and its last head are
 * set aside. Whoever knows the old key will not take the new log for the old one.
 * @param now milliseconds; names the folder of what is set aside
 * @throws RapportError `LEDGER_IN_USE` while a server or a worker signs it, `TENANT_NOT_FOUND`, `STORE_UNAVAILABLE`
 * @example const { verifierKey } = await renewLogKey(configurationOf(process.env), 'main', Date.now());
 */
export async function renewLogKey(
  configuration: Configuration,
  tenant: string,
  now: number,
): Promise<RenewedLogKey> {
  if (configuration.profile === 'embedded') return renewEmbeddedLogKey(configuration, tenant, now);
  const { renewPublishedLogKey } = await import('./production/renew-published-log-key.js');
  return renewPublishedLogKey(configuration, tenant, now);
}
