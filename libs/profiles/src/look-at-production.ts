import type { Onlooker, SeenServer } from './production/look.js';
import type { ProductionOptions } from './production/production-options.js';

export type { Onlooker, SeenServer, SeenTenant, SeenWork } from './production/look.js';

/**
 * Asks every server of the production profile whether it is there and may be used, without opening a ledger.
 * @param timeoutMs after so long a server counts as not answering
 * @example for (const { name, found } of await lookAtServers(configuration, 3_000)) console.log(name, found);
 */
export async function lookAtServers(
  options: ProductionOptions,
  timeoutMs: number,
): Promise<readonly SeenServer[]> {
  return (await import('./production/look.js')).lookAtServers(options, timeoutMs);
}

/**
 * Opens what tells who looks after an installation. Changes nothing.
 * @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION`
 */
export async function openOnlooker(options: ProductionOptions): Promise<Onlooker> {
  return (await import('./production/look.js')).Onlooker.open(options);
}
