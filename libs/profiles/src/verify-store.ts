import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { integrityProblems, sqliteEventStore, sqliteProofLog, sqliteViewStore } from '@rapport/store-sqlite';
import { LEDGER_FILE, secretsOf, VIEWS_FILE } from './files.js';
import { readLogKeys, signedHeadsIn } from './log-keys.js';
import type { ProductionOptions } from './production/production-options.js';
import type { EmbeddedOptions } from './rapport.js';
import { verifyLedger, type ReplaySources, type StoreVerdict, type VerifyRequest } from './verify-ledger.js';

/** Which ledger is verified, in the profile that its options are of. */
export type VerifyStoreOptions = VerifyRequest & (EmbeddedOptions | ProductionOptions);

/**
 * Verifies everything that is stored of a tenant, reading only: every event and leaf, the tree, the signed head, and the
 * views against a replay; in a data folder the database file itself as well.
 * @throws RapportError `TENANT_NOT_FOUND`, `STORE_CORRUPT`, `STORE_FOREIGN`, `STORE_UNAVAILABLE`; a Refusal for a head that
 * does not verify
 * @example (await verifyStore({ dataDir: './data', tenant: 'main' })).events.damages // []
 */
export async function verifyStore(options: VerifyStoreOptions): Promise<StoreVerdict> {
  if (!('eventStoreDb' in options)) return verifyFolder(options);
  const { verifyProduction } = await import('./production/verify-production.js');
  return verifyProduction(options);
}

async function verifyFolder(options: VerifyRequest & EmbeddedOptions): Promise<StoreVerdict> {
  const { dataDir, tenant } = options;
  const file = join(dataDir, tenant, LEDGER_FILE);
  if (!existsSync(file))
    throw new RapportError('TENANT_NOT_FOUND', `There is no tenant ${tenant} in ${dataDir}.`);
  const fileProblems = integrityProblems(file);
  const log = sqliteProofLog(file);
  try {
    const secrets = secretsOf(options, tenant);
    const verifierKey = options.verifierKey ?? (await readLogKeys(secrets))?.verifierKey;
    const openReplay = (): ReplaySources => replaySourcesIn(dataDir, tenant);
    const heads = signedHeadsIn(secrets);
    return await verifyLedger({ log, heads, verifierKey, fileProblems, openReplay }, options);
  } finally {
    await log.close();
  }
}

function replaySourcesIn(dataDir: string, tenant: string): ReplaySources {
  const viewsFile = join(dataDir, tenant, VIEWS_FILE);
  const views = existsSync(viewsFile) ? sqliteViewStore({ file: viewsFile, readOnly: true }) : undefined;
  const events = sqliteEventStore({ file: join(dataDir, tenant, LEDGER_FILE), tenant, readOnly: true });
  return {
    events,
    views,
    close: async () => {
      await views?.close();
      await events.close();
    },
  };
}
