import { accept, RapportError, reject, valueOf, type Result } from '@rapport/kernel';
import { applyTombstones } from '../erase/apply-tombstones.js';
import {
  KEY_PAGE_MAX,
  type KeyState,
  type KeyStore,
  type Tombstone,
  type WrappedKey,
} from '../ports/key-store.js';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import { PersonKey } from '../seal/person-key.js';
import { KeyCache } from './key-cache.js';
import { KeyMaking } from './key-making.js';

export interface PersonKeysOptions {
  readonly store: KeyStore;
  readonly wrapper: KeyWrapper;
  /**
   * Every erasure that the ledger tells of (`PersonalDataErased`), whatever the store says: the store may have been
   * restored from a backup that is older than some of them.
   */
  readonly erased: readonly Tombstone[];
  /** The clock by which a cached key grows old: milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** How many keys are kept in the clear; 10 000 unless given. */
  readonly cachedMax?: number;
  /** How long a key is used before the store is asked again, in case another process erased its person; 10 s unless given. */
  readonly ageMsMax?: number;
}

const CACHED_MAX = 10_000;
const AGE_MS_MAX = 10_000;

/** The key of each person asked for, or why there is none: `PERSON_ERASED`, `KEY_NOT_FOUND`, `KEY_WRONG`. */
export type KeysByPerson = ReadonlyMap<string, Result<PersonKey>>;

/**
 * Opens the keys of a tenant's persons. The erasures that the ledger tells of are applied before any key is opened; where
 * the store is open for reading only, they are heeded all the same.
 * @throws RapportError `KEY_WRONG` when the stored keys were wrapped with another key-encryption key; those of the store
 * @example
 * const keys = await openPersonKeys({ store, wrapper, erased, now: Date.now });
 * const key = (await keys.forSealing(['42'])).get('42');
 */
export async function openPersonKeys(options: PersonKeysOptions): Promise<PersonKeys> {
  const { store, wrapper, erased, now, cachedMax = CACHED_MAX, ageMsMax = AGE_MS_MAX } = options;
  const heeded = new Map<string, Tombstone>();
  try {
    await applyTombstones(store, erased);
  } catch (error) {
    if (!(error instanceof RapportError && error.code === 'STORE_READ_ONLY')) throw error;
    for (const tombstone of erased) heeded.set(tombstone.person, tombstone);
  }
  const [first] = await store.active(undefined, 1);
  if (first !== undefined && first.wrapper !== wrapper.id) throw RapportError.from(OTHER_WRAPPER.rejection);
  return new PersonKeys(store, wrapper, now, new KeyCache(cachedMax), ageMsMax, heeded);
}

/** The keys of a tenant's persons in the clear, as far as they may be used. Made by {@link openPersonKeys}. */
export class PersonKeys {
  private readonly making: KeyMaking;

  constructor(
    private readonly store: KeyStore,
    private readonly wrapper: KeyWrapper,
    private readonly now: () => number,
    private readonly cache: KeyCache,
    private readonly ageMsMax: number,
    /** Erasures of this process's life: a key that was being fetched meanwhile must not come back. */
    private readonly erased: Map<string, Tombstone>,
  ) {
    this.making = new KeyMaking(store, wrapper);
  }

  /**
   * Keys to seal with, made for persons who have none yet, in one durable write. The key of a person who was erased never
   * comes back: `PERSON_ERASED`.
   * @throws RapportError of store and wrapper
   */
  forSealing(persons: Iterable<string>): Promise<KeysByPerson> {
    return this.keysOf(persons, (missing) => this.making.make(missing));
  }

  /**
   * Keys to open with. A person who never had a key has none: `KEY_NOT_FOUND`.
   * @throws RapportError of store and wrapper
   */
  forOpening(persons: Iterable<string>): Promise<KeysByPerson> {
    return this.keysOf(persons, () => Promise.resolve(new Map()));
  }

  /**
   * Puts up tombstones, destroys the keys, and drops them here at once; other processes drop theirs within `ageMsMax`.
   * Repeating it changes nothing. Gives the tombstones that stand.
   * @throws RapportError `STORE_READ_ONLY` and others of the store
   */
  async erase(tombstones: readonly Tombstone[]): Promise<readonly Tombstone[]> {
    const standing = await this.store.erase(tombstones);
    for (const tombstone of standing) {
      this.erased.set(tombstone.person, tombstone);
      this.cache.destroy(tombstone.person);
    }
    return standing;
  }

  /** The tombstones of those of these persons who were erased. @throws RapportError of the store */
  async tombstonesOf(persons: readonly string[]): Promise<readonly Tombstone[]> {
    const states = await this.store.load(persons);
    return states.flatMap((state, index) => {
      if (state.state === 'erased') return state.tombstone;
      return this.erased.get(persons[index] as string) ?? [];
    });
  }

  /**
   * Opens every key, one page after the other, to see whether it opens.
   * @returns how many there are
   * @throws RapportError `KEY_WRONG`, and those of store and wrapper
   */
  async checkAll(): Promise<number> {
    let count = 0;
    for (let page = await this.store.active(undefined, KEY_PAGE_MAX); page.length > 0;) {
      for (const key of page) valueOf(await this.unwrap(key));
      count += page.length;
      page = await this.store.active(page.at(-1)?.person, KEY_PAGE_MAX);
    }
    return count;
  }

  /** Every tombstone. */
  async *tombstones(): AsyncGenerator<Tombstone> {
    for (let page = await this.store.erased(undefined, KEY_PAGE_MAX); page.length > 0;) {
      yield* page;
      page = await this.store.erased(page.at(-1)?.person, KEY_PAGE_MAX);
    }
  }

  private async keysOf(
    persons: Iterable<string>,
    create: (missing: readonly string[]) => Promise<ReadonlyMap<string, KeyState>>,
  ): Promise<KeysByPerson> {
    const keys = new Map<string, Result<PersonKey>>();
    const unknown = new Set<string>();
    const nowMs = this.now();
    for (const person of persons) {
      const cached = this.cache.get(person);
      if (cached !== undefined && nowMs - cached.confirmedAtMs < this.ageMsMax)
        keys.set(person, accept(cached.key));
      else unknown.add(person);
    }
    if (unknown.size === 0) return keys;
    const asked = [...unknown];
    const loaded = await this.store.load(asked);
    const states = new Map(asked.map((person, index) => [person, loaded[index] ?? NONE]));
    const missing = asked.filter(
      (person) => states.get(person)?.state === 'none' && !this.erased.has(person),
    );
    if (missing.length > 0) {
      const made = await create(missing);
      for (const person of missing) states.set(person, made.get(person) ?? NONE);
    }
    await Promise.all(
      [...states].map(async ([person, state]) => keys.set(person, await this.opened(person, state, nowMs))),
    );
    return keys;
  }

  private async opened(person: string, state: KeyState, nowMs: number): Promise<Result<PersonKey>> {
    const tombstone = state.state === 'erased' ? state.tombstone : this.erased.get(person);
    if (tombstone !== undefined) {
      this.cache.destroy(person);
      return gone(tombstone);
    }
    if (state.state !== 'active') return NOT_FOUND;
    const unwrapped = await this.unwrap(state.key);
    const erasedMeanwhile = this.erased.get(person);
    if (erasedMeanwhile !== undefined) return gone(erasedMeanwhile);
    if (unwrapped.ok) this.cache.set(unwrapped.value, nowMs);
    return unwrapped;
  }

  private async unwrap({ person, keyid, wrapper, wrapped }: WrappedKey): Promise<Result<PersonKey>> {
    const known = this.cache.get(person)?.key;
    if (known?.keyid === keyid) return accept(known);
    if (wrapper !== this.wrapper.id) return OTHER_WRAPPER;
    const key = await this.wrapper.unwrap(wrapped, { person, keyid });
    return key.ok ? accept(new PersonKey(person, keyid, key.value)) : key;
  }
}

const NONE: KeyState = { state: 'none' };

const gone = ({ erasedat }: Tombstone): Result<never> =>
  reject(
    'PERSON_ERASED',
    `The personal values of this person were erased on ${erasedat} and cannot come back: leave them out, or record them for a new party.`,
    { facts: { erasedat } },
  );

const NOT_FOUND: Result<never> = reject(
  'KEY_NOT_FOUND',
  'The key store has no key for these personal values, and no erasure either: restore the key store from its backup.',
);

const OTHER_WRAPPER = reject(
  'KEY_WRONG',
  "A stored key was wrapped with another key-encryption key than the one in use: start with the tenant's own.",
);
