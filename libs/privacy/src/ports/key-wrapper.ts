import type { Result } from '@rapport/kernel';

/** What a wrapped key belongs to: bound into it, so that it opens for no other. The tenant is the wrapper's own. */
export interface KeyBinding {
  readonly person: string;
  readonly keyid: string;
}

/**
 * The key-encryption key of one tenant, which wraps the keys of its persons. A key-management service is one more
 * implementation: it binds tenant, person and key id as its encryption context.
 * @example
 * const wrapped = await wrapper.wrap(key, { person: '42', keyid });
 * const opened = await wrapper.unwrap(wrapped, { person: '42', keyid });
 */
export interface KeyWrapper {
  /** Names the key-encryption key without saying anything about it; stored beside what it wrapped. */
  readonly id: string;

  /** Wraps a key of 32 bytes. */
  wrap(key: Uint8Array, binding: KeyBinding): Promise<Uint8Array>;

  /** The key again; `KEY_WRONG` when it does not open: another key-encryption key, another binding, or changed bytes. */
  unwrap(wrapped: Uint8Array, binding: KeyBinding): Promise<Result<Uint8Array>>;
}
