/** Names of the files of a tenant. */
export const LEDGER_FILE = 'ledger.db';
export const VIEWS_FILE = 'views.db';
export const KEYS_FILE = 'keys.db';
/** The folder of secrets, inside the data folder unless it is kept elsewhere. */
export const KEYS_FOLDER = '.keys';
/** In that folder: the secret from which the key-encryption key of each tenant is made. */
export const KEY_ENCRYPTION_KEY_FILE = 'key-encryption-key';
/** In that folder, in one for each tenant: its erasures once more. */
export const ERASURES_FILE = 'erasures.jsonl';
