/** A person's key as it is stored: encrypted ("wrapped") under the tenant's key-encryption key. */
export interface WrappedKey {
  /** The person as recorded in the stream (see `keyOwnerOf`), never the party that stands for it after a merge. */
  readonly person: string;
  /** Names this key: 128 random bits, base64url. Says nothing about the key. */
  readonly keyid: string;
  /** Which key-encryption key wrapped it: {@link KeyWrapper.id}. */
  readonly wrapper: string;
  /** The wrapped key; what the bytes mean is the wrapper's business. */
  readonly wrapped: Uint8Array;
}

/** That a person was erased. Permanent: nothing takes it away, and the person never has a key again. Holds no personal value. */
export interface Tombstone {
  readonly person: string;
  /** When: RFC 3339 in UTC. */
  readonly erasedat: string;
  /** Who erased: the id of a staff member or of a system. */
  readonly by: string;
  /** Who approved it, where a second person had to. */
  readonly approvedby?: string;
  /** Why: a request of the person, a retention period … */
  readonly basis: string;
  /** The key that was destroyed; left out when there was none. */
  readonly keyid?: string;
}

/** What a store knows of a person's key. "Erased" is not "no key yet": the one is for ever, the other until the first personal value. */
export type KeyState =
  | { readonly state: 'none' }
  | { readonly state: 'active'; readonly key: WrappedKey }
  | { readonly state: 'erased'; readonly tombstone: Tombstone };

/** How many keys or tombstones a list gives at once. */
export const KEY_PAGE_MAX = 1_000;

/**
 * The wrapped keys of one tenant's persons, kept and backed up apart from its events. It sees no key in the clear.
 *
 * A key leaves the store in one way only: with a tombstone. What has resolved is durable.
 * @example
 * const [state] = await store.load(['42']);
 * if (state?.state === 'erased') console.log(`erased on ${state.tombstone.erasedat}`);
 */
export interface KeyStore {
  /**
   * The states of persons, in the order in which they are named.
   * @throws RapportError `INVALID_TEXT` for a person id that is empty or holds half a character
   */
  load(persons: readonly string[]): Promise<readonly KeyState[]>;

  /**
   * Stores keys for persons that have none, all or nothing. Gives the states that stand then, in the same order: whoever
   * comes second gets the key of the first, and for an erased person nothing is stored.
   * @throws RapportError `INVALID_TEXT`, `STORE_READ_ONLY`
   */
  create(keys: readonly WrappedKey[]): Promise<readonly KeyState[]>;

  /**
   * Puts up tombstones and destroys the keys of their persons; a tombstone is durable no later than the loss of its key.
   * Gives those that stand then: the first of each person stays as it is. A tombstone names the key that was destroyed
   * here; where there was none, the one given. Once this resolves, no bytes of a destroyed key are left in what the store
   * keeps.
   * @throws RapportError `INVALID_TEXT`, `STORE_READ_ONLY`
   */
  erase(tombstones: readonly Tombstone[]): Promise<readonly Tombstone[]>;

  /**
   * The keys of persons that were not erased, by person id in the order of its UTF-8 bytes.
   * @param after gives those after this person; from the first unless given
   * @param countMax 1 … {@link KEY_PAGE_MAX}
   * @throws RapportError `LIMIT_EXCEEDED`
   */
  active(after: string | undefined, countMax: number): Promise<readonly WrappedKey[]>;

  /** The tombstones; see {@link KeyStore.active}. */
  erased(after: string | undefined, countMax: number): Promise<readonly Tombstone[]>;

  /**
   * The position of the ledger up to which its erasures were applied here; 0n in a new store. It stands among the keys, so
   * that a restored store tells by itself from where on they have to be applied again.
   */
  erasuresAppliedUntil(): Promise<bigint>;

  /** Keeps that position. @throws RapportError `STORE_READ_ONLY` */
  keepErasuresAppliedUntil(position: bigint): Promise<void>;

  /** Closes the store; whatever is asked of it later fails with `STORE_UNAVAILABLE`. */
  close(): Promise<void>;
}
