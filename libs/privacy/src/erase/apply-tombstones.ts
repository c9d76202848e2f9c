import type { KeyStore, Tombstone } from '../ports/key-store.js';

const PER_CALL = 500;

/**
 * Applies erasures that the ledger tells of to a key store, which may have been restored from a backup older than they
 * are: puts up each tombstone and destroys the key that came back. Must be done before any key is opened, as
 * `openPersonKeys` does. Applying it again changes nothing.
 * @param erased from the `PersonalDataErased` events of the ledger, in any order
 * @throws RapportError of the store
 * @example await applyTombstones(store, [{ person: '42', erasedat: '2026-04-01T09:30:00.000Z', by: 's-7', basis: 'request' }])
 */
export async function applyTombstones(store: KeyStore, erased: readonly Tombstone[]): Promise<void> {
  for (let at = 0; at < erased.length; at += PER_CALL) await store.erase(erased.slice(at, at + PER_CALL));
}
