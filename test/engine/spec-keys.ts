import { aesKeyWrapper, openPersonKeys, type PersonKeys } from '@rapport/privacy';
import { sqliteKeyStore } from '@rapport/store-sqlite';
import { erasureRules } from '@rapport/profiles';

/** The same for every spec: what is sealed with it is worth nothing. */
const SECRET = Buffer.alloc(32, 7);

/** The same secret as a file of it holds it. */
export const SECRET_TEXT = SECRET.toString('base64url');

/** What a ledger takes to seal and erase, over a key store of its own that closes with `close`. */
export interface SpecKeys {
  readonly keys: () => Promise<PersonKeys>;
  readonly erasure: ReturnType<typeof erasureRules>;
  readonly close: () => Promise<void>;
}

export function specKeys(file: string, now: () => number = Date.now, approvalRequired = false): SpecKeys {
  const store = sqliteKeyStore({ file, tenant: 'main' });
  let opened: Promise<PersonKeys> | undefined;
  const keys = (): Promise<PersonKeys> =>
    (opened ??= openPersonKeys({ store, wrapper: aesKeyWrapper(SECRET, 'main'), erased: [], now }));
  return { keys, erasure: erasureRules(approvalRequired), close: () => store.close() };
}
