import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { sqliteKeyStore, threadedKeyStore } from '@rapport/store-sqlite';
import { KEYS_FILE, LEDGER_FILE } from './files.js';
import type { KeyPlace } from './tenant-keys.js';

/** Whose keys lie in a data folder. */
interface KeyFiles {
  readonly dataDir: string;
  readonly tenant: string;
  /** Whether keys are written in a thread of their own: for servers, which have other things to do than wait for the disk. */
  readonly inThread: boolean;
}

/** The keys of a tenant in a file of its folder. */
export function keyFiles({ dataDir, tenant, inThread }: KeyFiles): KeyPlace {
  const file = join(dataDir, tenant, KEYS_FILE);
  return {
    prepare: async () => {
      if (!existsSync(file) && existsSync(join(dataDir, tenant, LEDGER_FILE))) throw missing(file);
      return async () => (inThread ? threadedKeyStore : sqliteKeyStore)({ file, tenant });
    },
    existing: async () => {
      if (!existsSync(file)) throw missing(file);
      return sqliteKeyStore({ file, tenant, readOnly: true });
    },
    holdsNone: async () => {
      const folders = await readdir(dataDir, { withFileTypes: true });
      return !folders.some(
        (folder) => folder.isDirectory() && existsSync(join(dataDir, folder.name, KEYS_FILE)),
      );
    },
  };
}

const missing = (file: string): RapportError =>
  new RapportError(
    'KEY_NOT_FOUND',
    `The key store ${file} is missing, and without it no personal value of the ledger can be read: restore it from its backup. If it is lost for good, what is not personal can be read still, and copied with \`rapport export events --format cloudevents\`.`,
  );
