// The port lies in the room of the keys; it is given on here, so that an adapter of a store knows the ledger's ports only.
export { KEY_PAGE_MAX } from '@rapport/privacy';
export type { KeyState, KeyStore, Tombstone, WrappedKey } from '@rapport/privacy';
