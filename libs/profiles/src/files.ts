import { join } from 'node:path';
import type { EmbeddedOptions } from './rapport.js';

/** Names of the files of a tenant. */
export const LEDGER_FILE = 'ledger.db';
export const VIEWS_FILE = 'views.db';
export const KEYS_FILE = 'keys.db';
export const MAP_FILE = 'map.db';

/** The folder of secrets, inside the data folder unless it is kept elsewhere. Its name is none that a tenant can have. */
const KEYS_FOLDER = '.keys';
/** In that folder: the secret from which the key-encryption key of each tenant is made. */
export const KEY_ENCRYPTION_KEY_FILE = 'key-encryption-key';
/** In that folder, in one for each tenant: its erasures once more. */
export const ERASURES_FILE = 'erasures.jsonl';

type KeysPlace = Pick<EmbeddedOptions, 'dataDir'> & { readonly keysDir?: string | undefined };

/** The folder of secrets of all tenants. */
export const keysDirOf = ({ dataDir, keysDir }: KeysPlace): string => keysDir ?? join(dataDir, KEYS_FOLDER);

/** What that folder holds of one tenant: the keys of its log, the last signed head, its erasures once more. */
export const secretsOf = (place: KeysPlace, tenant: string): string => join(keysDirOf(place), tenant);
