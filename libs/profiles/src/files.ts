import { join } from 'node:path';
import type { EmbeddedOptions } from './rapport.js';

/** Names of the files of a tenant. */
export const LEDGER_FILE = 'ledger.db';
export const VIEWS_FILE = 'views.db';
export const MAP_FILE = 'map.db';

/** Where keys are: apart from the data, also in backups. Its name is none that a tenant can have. */
const KEYS_FOLDER = '.keys';

/** The folder of the keys of all tenants. */
export const keysDirOf = ({ dataDir, keysDir }: EmbeddedOptions): string =>
  keysDir ?? join(dataDir, KEYS_FOLDER);

/** The folder of a tenant's log keys and last signed head. */
export const logFolderOf = (options: EmbeddedOptions, tenant: string): string =>
  join(keysDirOf(options), tenant);
