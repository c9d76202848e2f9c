import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { sqliteKeyStore } from '@rapport/store-sqlite';
import type { KeyState, KeyStore, WrappedKey } from '../ports/key-store.js';
import { aesKeyWrapper, SECRET_BYTES } from '../wrap/aes-key-wrapper.js';
import { KeyMaking } from './key-making.js';

let folder: string;
let store: KeyStore;
let writes: number;
let failing: boolean;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-key-making-'));
  store = sqliteKeyStore({ file: join(folder, 'keys.db'), tenant: 'main' });
  writes = 0;
  failing = false;
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes keys in the store, and counts how often it is written. */
function making(): KeyMaking {
  const counted: Pick<KeyStore, 'create'> = {
    create: async (keys: readonly WrappedKey[]): Promise<readonly KeyState[]> => {
      writes++;
      if (failing) throw new RapportError('DISK_FULL', 'no room');
      return store.create(keys);
    },
  };
  const wrapper = aesKeyWrapper(randomBytes(SECRET_BYTES), 'main');
  return new KeyMaking({ ...store, ...counted } as KeyStore, wrapper);
}

const keyidOf = (states: ReadonlyMap<string, KeyState>, person: string): string | undefined => {
  const state = states.get(person);
  return state?.state === 'active' ? state.key.keyid : undefined;
};

describe('making keys', () => {
  it('writes those together that are asked for while others are on their way, each person once', async () => {
    const keys = making();
    const asked = Array.from({ length: 100 }, (_, at) => keys.make([`p-${at}`, 'everybody']));
    const made = await Promise.all(asked);
    expect(writes).toBe(1);
    expect(new Set(made.map((states) => keyidOf(states, 'everybody'))).size).toBe(1);
    for (let at = 0; at < made.length; at++)
      expect(keyidOf(made[at] as ReadonlyMap<string, KeyState>, `p-${at}`)).toMatch(/^[\w-]{22}$/);
    const later = await keys.make(['p-0']);
    expect(keyidOf(later, 'p-0')).toBe(keyidOf(made[0] as ReadonlyMap<string, KeyState>, 'p-0'));
    expect(writes).toBe(2);
  });

  it('tells all who asked when it fails, and goes on afterwards', async () => {
    const keys = making();
    failing = true;
    for (const asked of await Promise.allSettled([keys.make(['a']), keys.make(['b'])]))
      expect(asked).toMatchObject({ status: 'rejected', reason: { code: 'DISK_FULL' } });
    failing = false;
    expect(keyidOf(await keys.make(['a']), 'a')).toBeDefined();
  });
});
