export type { SealedParts } from '@rapport/kernel';
export { applyTombstones } from './erase/apply-tombstones.js';
export { decideErasure, type ErasurePolicy, type ErasureRequest } from './erase/decide-erasure.js';
export { erasePersons, type ErasureReceipt } from './erase/erase-persons.js';
export { keyOwnerOf, streamOfPerson } from './key-owner.js';
export {
  openPersonKeys,
  type KeysByPerson,
  type PersonKeys,
  type PersonKeysOptions,
} from './keys/person-keys.js';
export * from './ports/key-store.js';
export type { KeyBinding, KeyWrapper } from './ports/key-wrapper.js';
export type { LegalHold, LegalHolds } from './ports/legal-holds.js';
export { openParts, openWithSecret } from './seal/open-parts.js';
export type { PersonKey } from './seal/person-key.js';
export { sealParts } from './seal/seal-parts.js';
export { digestOfParts, type SealContext } from './seal/sealed-parts.js';
export { aesKeyWrapper, SECRET_BYTES } from './wrap/aes-key-wrapper.js';
export { environmentKeyWrapper } from './wrap/environment-key-wrapper.js';
export { fileKeyWrapper, type FileKeyWrapperOptions } from './wrap/file-key-wrapper.js';
