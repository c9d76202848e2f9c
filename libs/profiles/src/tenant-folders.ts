import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LEDGER_FILE } from './files.js';
import { isTenantName } from './tenant-name.js';

/** Names of the tenants whose ledgers a data folder holds, sorted. */
export async function tenantFolders(dataDir: string): Promise<readonly string[]> {
  const folders = await readdir(dataDir, { withFileTypes: true });
  return folders
    .filter(
      (folder) =>
        folder.isDirectory() &&
        isTenantName(folder.name) &&
        existsSync(join(dataDir, folder.name, LEDGER_FILE)),
    )
    .map(({ name }) => name)
    .sort();
}
