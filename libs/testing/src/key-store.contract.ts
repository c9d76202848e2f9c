import { afterEach, describe, expect, it } from '@jest/globals';
import type { KeyState, KeyStore, Tombstone, WrappedKey } from '@rapport/ledger';
import { failure } from './event-store/store-under-test.js';
import { HOSTILE_KEYS } from './view-store/views-under-test.js';

/** A store with what a spec may do to it from outside. */
export interface KeyStoreUnderTest {
  readonly store: KeyStore;
  /** Opens the same store once more, as another process would. */
  readonly another: () => Promise<KeyStore>;
  /** Closes all of them and removes what they left. */
  readonly dispose: () => Promise<void>;
}

/** Makes a new, empty store. */
export type KeyStoreFactory = () => Promise<KeyStoreUnderTest>;

/** A wrapped key whose bytes are found again; not a real one, which a store cannot tell. */
export const wrappedKey = (person: string, keyid = `key of ${person}`): WrappedKey => ({
  person,
  keyid,
  wrapper: 'wrapper-1',
  wrapped: Buffer.from(`wrapped ${keyid}`.padEnd(60, '.').slice(0, 60)),
});

/** A tombstone as an erasure puts it up. */
export const tombstone = (person: string, more: Partial<Tombstone> = {}): Tombstone => ({
  person,
  erasedat: '2026-04-01T09:30:00.000Z',
  by: 's-7',
  basis: 'request of the party',
  ...more,
});

/**
 * Registers what every key store must do, as specs of the store that the factory makes.
 * @param name the store, as the report names it
 * @example
 * keyStoreContract('the SQLite key store', async () => {
 *   const folder = mkdtempSync(join(tmpdir(), 'rapport-'));
 *   const open = () => sqliteKeyStore({ file: join(folder, 'keys.db'), tenant: 'main' });
 *   …
 * });
 */
export function keyStoreContract(name: string, factory: KeyStoreFactory): void {
  describe(name, () => {
    const opened: KeyStoreUnderTest[] = [];
    afterEach(async () => {
      for (const { dispose } of opened.splice(0)) await dispose();
    });
    const open: KeyStoreFactory = async () => {
      const under = await factory();
      opened.push(under);
      return under;
    };
    describe('keys', () => keySpecs(open));
    describe('tombstones', () => tombstoneSpecs(open));
    describe('lists', () => listSpecs(open));
  });
}

function keySpecs(open: KeyStoreFactory): void {
  it('are there once they were created, to the byte, and before that there are none', async () => {
    const { store } = await open();
    expect(await store.load(['42'])).toEqual([{ state: 'none' }]);
    expect(plain(await store.create([wrappedKey('42')]))).toEqual([active('42')]);
    expect(plain(await store.load(['7', '42', '7']))).toEqual([NONE, active('42'), NONE]);
    expect(await store.load([])).toEqual([]);
  });

  it('are created once: whoever comes second gets the key of the first', async () => {
    const { store, another } = await open();
    const other = await another();
    await store.create([wrappedKey('42', 'first')]);
    expect(plain(await other.create([wrappedKey('42', 'second'), wrappedKey('7')]))).toEqual([
      active('42', 'first'),
      active('7'),
    ]);
    expect(plain(await store.create([wrappedKey('9', 'a'), wrappedKey('9', 'b')]))).toEqual([
      active('9', 'a'),
      active('9', 'a'),
    ]);
  });

  it('are seen by everyone who has the store open, and kept over a restart', async () => {
    const { store, another } = await open();
    const other = await another();
    await store.create([wrappedKey('42')]);
    expect(plain(await other.load(['42']))).toEqual([active('42')]);
    await store.close();
    expect(plain(await (await another()).load(['42']))).toEqual([active('42')]);
  });

  it('may be of persons whose ids try to be something else, and stay apart', async () => {
    const { store } = await open();
    await store.create(HOSTILE_KEYS.map((person) => wrappedKey(person)));
    expect(plain(await store.load(HOSTILE_KEYS))).toEqual(HOSTILE_KEYS.map((person) => active(person)));
  });

  it('are refused for a person id that is empty or holds half a character, and then none is created', async () => {
    const { store } = await open();
    for (const person of ['', 'a\ud800']) {
      await failure(store.create([wrappedKey('42'), wrappedKey(person)]), 'INVALID_TEXT');
      await failure(store.load([person]), 'INVALID_TEXT');
      await failure(store.erase([tombstone('42'), tombstone(person)]), 'INVALID_TEXT');
    }
    expect(await store.load(['42'])).toEqual([NONE]);
  });

  it('cannot be asked for once the store is closed', async () => {
    const { store } = await open();
    await store.close();
    await failure(store.load(['42']), 'STORE_UNAVAILABLE');
    await failure(store.create([wrappedKey('42')]), 'STORE_UNAVAILABLE');
    await failure(store.erase([tombstone('42')]), 'STORE_UNAVAILABLE');
  });
}

function tombstoneSpecs(open: KeyStoreFactory): void {
  it('say since when, by whom, and which key was destroyed', async () => {
    const { store } = await open();
    await store.create([wrappedKey('42')]);
    const put = tombstone('42', { approvedby: 's-9' });
    const standing = { ...put, keyid: 'key of 42' };
    expect(await store.erase([put])).toEqual([standing]);
    expect(await store.load(['42'])).toEqual([{ state: 'erased', tombstone: standing }]);
  });

  it('are for ever: no key is created behind one, by anybody, also after a restart', async () => {
    const { store, another } = await open();
    await store.create([wrappedKey('42')]);
    const [standing] = await store.erase([tombstone('42')]);
    const erased = [{ state: 'erased', tombstone: standing }];
    expect(await store.create([wrappedKey('42', 'again')])).toEqual(erased);
    const other = await another();
    await store.close();
    expect(await other.create([wrappedKey('42', 'again')])).toEqual(erased);
    expect(await other.load(['42'])).toEqual(erased);
    expect(await other.active(undefined, 10)).toEqual([]);
  });

  it('stand for persons who never had a key, and may name one that is gone elsewhere', async () => {
    const { store } = await open();
    expect(await store.erase([tombstone('42'), tombstone('7', { keyid: 'old' })])).toEqual([
      tombstone('42'),
      tombstone('7', { keyid: 'old' }),
    ]);
    expect(await store.create([wrappedKey('42')])).toEqual([{ state: 'erased', tombstone: tombstone('42') }]);
  });

  it('stay as the first one said, however often they are put up', async () => {
    const { store } = await open();
    const [first] = await store.erase([tombstone('42')]);
    const later = tombstone('42', { erasedat: '2027-01-01T00:00:00.000Z', by: 's-8', basis: 'another' });
    expect(await store.erase([later, later])).toEqual([first, first]);
    expect(await store.erased(undefined, 10)).toEqual([first]);
  });

  it('leave the keys of others alone', async () => {
    const { store } = await open();
    await store.create(['41', '42', '43'].map((person) => wrappedKey(person)));
    await store.erase([tombstone('42')]);
    expect(plain(await store.load(['41', '43']))).toEqual([active('41'), active('43')]);
  });
}

function listSpecs(open: KeyStoreFactory): void {
  it('go through the keys and the tombstones page by page, in the order of UTF-8 bytes', async () => {
    const { store } = await open();
    await store.create([...HOSTILE_KEYS].reverse().map((person) => wrappedKey(person)));
    const gone = HOSTILE_KEYS.filter((_, index) => index % 3 === 0);
    await store.erase([...gone].reverse().map((person) => tombstone(person)));
    const kept = HOSTILE_KEYS.filter((_, index) => index % 3 !== 0);
    expect(await pages((after) => store.active(after, 4))).toEqual(kept);
    expect(await pages((after) => store.erased(after, 4))).toEqual(gone);
  });

  it('know how far the erasures of the ledger were applied', async () => {
    const { store } = await open();
    expect(await store.erasuresAppliedUntil()).toBe(0n);
    await store.keepErasuresAppliedUntil(9_007_199_254_740_991n);
    expect(await store.erasuresAppliedUntil()).toBe(9_007_199_254_740_991n);
    await store.keepErasuresAppliedUntil(7n);
    expect(await store.erasuresAppliedUntil()).toBe(7n);
  });

  it('have a bound', async () => {
    const { store } = await open();
    for (const countMax of [0, -1, 1.5, 1_001, Number.NaN]) {
      await failure(store.active(undefined, countMax), 'LIMIT_EXCEEDED');
      await failure(store.erased(undefined, countMax), 'LIMIT_EXCEEDED');
    }
  });
}

const NONE: KeyState = { state: 'none' };

const active = (person: string, keyid?: string): unknown => plainKey(wrappedKey(person, keyid));

/** States with the bytes of keys as text, so that one kind of byte array compares with another. */
const plain = (states: readonly KeyState[]): unknown[] =>
  states.map((state) => (state.state === 'active' ? plainKey(state.key) : state));

const plainKey = (key: WrappedKey): unknown => ({
  state: 'active',
  key: { ...key, wrapped: Buffer.from(key.wrapped).toString('latin1') },
});

async function pages(
  page: (after: string | undefined) => Promise<readonly { readonly person: string }[]>,
): Promise<string[]> {
  const gathered: string[] = [];
  for (;;) {
    const found = await page(gathered.at(-1));
    if (found.length === 0) return gathered;
    gathered.push(...found.map(({ person }) => person));
  }
}
