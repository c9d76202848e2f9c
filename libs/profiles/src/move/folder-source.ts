import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import {
  holdFolder,
  sqliteEventStore,
  sqliteProofLog,
  sqliteSaltedEvents,
  sqliteViewStore,
} from '@rapport/store-sqlite';
import { keysDirOf, LEDGER_FILE, VIEWS_FILE } from '../files.js';
import { keyFiles } from '../key-files.js';
import { readLogKeys, signedHeadsIn } from '../log-keys.js';
import { checkTenantName } from '../tenant-name.js';
import { tenantFolders } from '../tenant-folders.js';
import type { MoveSource, TenantSource } from './move-places.js';

/** A data folder, as one side of a move. */
export interface FolderPlace {
  readonly dataDir: string;
  /** The folder of secrets; `<dataDir>/.keys` unless given. */
  readonly keysDir?: string | undefined;
  readonly keyEncryptionKey?: string | undefined;
}

/**
 * Opens a data folder to move ledgers from. Until it is closed nobody else writes to it.
 * @throws RapportError `DATA_NOT_FOUND`, `LEDGER_IN_USE`
 */
export function openFolderSource(place: FolderPlace): MoveSource {
  const { dataDir } = place;
  if (!existsSync(dataDir))
    throw new RapportError(
      'DATA_NOT_FOUND',
      `There is no data folder at ${dataDir}: name the one to move with --data.`,
    );
  const hold = holdFolder(dataDir);
  return {
    isHeld: true,
    tenants: () => tenantFolders(dataDir),
    tenant: (name) => openTenant(place, name),
    close: async () => hold.release(),
  };
}

async function openTenant(place: FolderPlace, tenant: string): Promise<TenantSource> {
  const { dataDir, keyEncryptionKey } = place;
  checkTenantName(tenant);
  const at = (name: string): string => join(dataDir, tenant, name);
  if (!existsSync(at(LEDGER_FILE)))
    throw new RapportError('TENANT_NOT_FOUND', `There is no tenant ${tenant} in ${dataDir}.`);
  const keys = await keyFiles({ dataDir, tenant, inThread: false }).existing();
  const closing: { close(): Promise<void> }[] = [keys];
  const opened = <T extends { close(): Promise<void> }>(store: T): T => {
    closing.push(store);
    return store;
  };
  const close = async (): Promise<void> => {
    for (const store of closing.toReversed()) await store.close();
  };
  try {
    const store = opened(sqliteEventStore({ file: at(LEDGER_FILE), tenant, readOnly: true }));
    const salted = opened(sqliteSaltedEvents({ file: at(LEDGER_FILE), tenant }));
    const log = opened(sqliteProofLog(at(LEDGER_FILE)));
    const views = existsSync(at(VIEWS_FILE))
      ? opened(sqliteViewStore({ file: at(VIEWS_FILE), readOnly: true }))
      : undefined;
    const secrets = { keysDir: keysDirOf(place), keyEncryptionKey };
    const folder = join(secrets.keysDir, tenant);
    return {
      tenant,
      secrets,
      events: Object.assign(store, { readSalted: salted.readSalted.bind(salted) }),
      views,
      log,
      keys,
      verifierKey: async () => (await readLogKeys(folder))?.verifierKey,
      lastHead: () => signedHeadsIn(folder).last(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
