import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import type { KeyStore, Tombstone, WrappedKey } from '@rapport/ledger';
import { KEY_PAGE_MAX, openPersonKeys } from '@rapport/privacy';
import { writeDurably } from '../durable-file.js';
import { ErasureJournal } from '../erasure-journal.js';
import { ERASURES_FILE, KEY_ENCRYPTION_KEY_FILE } from '../files.js';
import { givenSecret, keyWrapperFor } from '../key-wrapper-for.js';
import type { Secrets, TenantSource, TenantTarget } from './move-places.js';

/** Keys and tombstones of a tenant's persons. */
export interface CountedKeys {
  readonly keys: number;
  readonly erased: number;
}

type Target = Pick<TenantTarget, 'secrets' | 'isWithoutKeys'>;

/**
 * Opens every key of the source with the key-encryption key that the target will have.
 * @throws RapportError `KEY_WRONG` when it is another one
 */
export async function checkKeys(source: TenantSource, target: Target): Promise<CountedKeys> {
  const { tenant, keys: store } = source;
  const secrets = takesSecret(target) ? source.secrets : target.secrets;
  const wrapper = await keyWrapperFor({ tenant, ...secrets, mayMake: false });
  let erased = 0;
  for await (const page of pagesOf((after) => store.erased(after, KEY_PAGE_MAX))) erased += page.length;
  try {
    const keys = await openPersonKeys({ store, wrapper, erased: [], now: Date.now });
    return { keys: await keys.checkAll(), erased };
  } catch (error) {
    if (!(error instanceof RapportError && error.code === 'KEY_WRONG')) throw error;
    throw new RapportError(
      'KEY_WRONG',
      `The keys of the persons of ${tenant} do not open with the key-encryption key of the target (${placeOf(secrets)}), so that nothing personal could be read there: give the target the one of the source. Nothing was moved.`,
      { cause: error },
    );
  }
}

/** Makes the source's key-encryption key that of the target, where the target has none and no keys that need another. */
export async function moveSecret({ secrets: from }: TenantSource, target: Target): Promise<void> {
  if (!takesSecret(target)) return;
  const to = target.secrets;
  await mkdir(to.keysDir, { recursive: true, mode: 0o700 });
  await writeDurably(secretFile(to), await readFile(secretFile(from)));
}

/**
 * Copies keys as they are, wrapped, and tombstones, these first: the key of an erased person is not stored again.
 * @throws RapportError `KEY_WRONG` when a person has another key there
 */
export async function moveKeys(
  { tenant, keys, secrets }: TenantSource,
  store: KeyStore,
  to: Secrets,
): Promise<void> {
  const journal = new ErasureJournal(journalFile(to, tenant));
  const erase = async (tombstones: readonly Tombstone[]): Promise<void> => {
    journal.append(tombstones); // before a key is destroyed, as ever
    await store.erase(tombstones);
  };
  for await (const page of pagesOf((after) => keys.erased(after, KEY_PAGE_MAX))) await erase(page);
  await erase(new ErasureJournal(journalFile(secrets, tenant)).read()); // which may know of more than a restored key store
  for await (const page of pagesOf((after) => keys.active(after, KEY_PAGE_MAX))) {
    const standing = await store.create(page);
    page.forEach((key, index) => {
      const state = standing[index];
      if (state?.state === 'active' && !isSame(key, state.key)) throw otherKey(key, tenant);
    });
  }
}

const isSame = (one: WrappedKey, other: WrappedKey): boolean =>
  one.keyid === other.keyid && Buffer.compare(one.wrapped, other.wrapped) === 0;

/** A list by pages, each after the last person of the one before. */
async function* pagesOf<T extends { readonly person: string }>(
  read: (after: string | undefined) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  for (let page = await read(undefined); page.length > 0; page = await read(page.at(-1)?.person)) yield page;
}

/** Where the secret stands in the environment, it is that of both places. */
const takesSecret = ({ secrets, isWithoutKeys }: Target): boolean =>
  isWithoutKeys && givenSecret(secrets) === '' && !existsSync(secretFile(secrets));

const secretFile = ({ keysDir }: Secrets): string => join(keysDir, KEY_ENCRYPTION_KEY_FILE);
const journalFile = ({ keysDir }: Secrets, tenant: string): string => join(keysDir, tenant, ERASURES_FILE);
const placeOf = (secrets: Secrets): string =>
  givenSecret(secrets) === '' ? secretFile(secrets) : 'RAPPORT_KEY_ENCRYPTION_KEY';

const otherKey = ({ keyid }: WrappedKey, tenant: string): RapportError =>
  new RapportError(
    'KEY_WRONG',
    `The target holds something else: the person whose key is ${keyid} in the source has another key among those of ${tenant} there. Move to a place that is empty.`,
  );
