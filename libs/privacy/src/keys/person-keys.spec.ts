import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqliteKeyStore } from '@rapport/store-sqlite';
import { failure, tombstone } from '@rapport/testing';
import fc from 'fast-check';
import type { KeyStore } from '../ports/key-store.js';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import { openParts } from '../seal/open-parts.js';
import { sealParts } from '../seal/seal-parts.js';
import { aesKeyWrapper, SECRET_BYTES } from '../wrap/aes-key-wrapper.js';
import { openPersonKeys, type KeysByPerson, type PersonKeys, type PersonKeysOptions } from './person-keys.js';

const context = { tenant: 'main', eventId: 'e-1', stream: 'relationship/42', type: 'rapport.sale.Sale.v1' };
const START_MS = Date.UTC(2026, 0, 31, 12);

let folder: string;
let file: string;
let store: KeyStore;
let wrapper: KeyWrapper;
let nowMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-person-keys-'));
  file = join(folder, 'keys.db');
  store = sqliteKeyStore({ file, tenant: 'main' });
  wrapper = aesKeyWrapper(randomBytes(SECRET_BYTES), 'main');
  nowMs = START_MS;
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (more: Partial<PersonKeysOptions> = {}): Promise<PersonKeys> =>
  openPersonKeys({ store, wrapper, erased: [], now: () => nowMs, ...more });

/** What each person has: the id of a key, or why there is none. */
const summary = (keys: KeysByPerson): Record<string, string> =>
  Object.fromEntries(
    [...keys].map(([person, key]) => [person, key.ok ? key.value.keyid : key.rejection.code]),
  );

const keyOf = (keys: KeysByPerson, person: string) => {
  const key = keys.get(person);
  if (key?.ok !== true) throw new Error(`${person} has no key`);
  return key.value;
};

describe('keys of persons', () => {
  it('are made when something is to be sealed, not when something is to be opened', async () => {
    const keys = await open();
    expect(summary(await keys.forOpening(['42']))).toEqual({ '42': 'KEY_NOT_FOUND' });
    const made = summary(await keys.forSealing(['42', '7', '42']));
    expect(Object.keys(made).sort()).toEqual(['42', '7']);
    expect(made['42']).toMatch(/^[\w-]{22}$/);
    expect(made['42']).not.toBe(made['7']);
    expect(summary(await keys.forOpening(['7', '42']))).toEqual(made);
    expect(summary(await (await open()).forSealing(['7', '42']))).toEqual(made);
  });

  it('are the same for all who ask at the same time, in one process or several', async () => {
    const another = sqliteKeyStore({ file, tenant: 'main' });
    const processes = [await open(), await open({ store: another }), await open()];
    const asked = processes.flatMap((keys) => [keys.forSealing(['42']), keys.forSealing(['42', '7'])]);
    const made = await Promise.all(asked);
    expect(new Set(made.map((keys) => keyOf(keys, '42').keyid)).size).toBe(1);
    const sealed = sealParts({ '/text': 'Hi' }, keyOf(made[0]!, '42'), context);
    for (const keys of made) expect(openParts(sealed, keyOf(keys, '42'), context).ok).toBe(true);
    await another.close();
  });

  it('open what was sealed before a restart', async () => {
    const sealed = sealParts(
      { '/text': 'Hi' },
      keyOf(await (await open()).forSealing(['42']), '42'),
      context,
    );
    await store.close();
    store = sqliteKeyStore({ file, tenant: 'main' });
    const key = keyOf(await (await open()).forOpening(['42']), '42');
    expect(openParts(sealed, key, context)).toEqual({ ok: true, value: { '/text': 'Hi' } });
  });

  it('are kept in the clear up to a number, and asked for again beyond', async () => {
    const keys = await open({ cachedMax: 2 });
    const first = await keys.forSealing(['1', '2']);
    await keys.forSealing(['1']);
    await keys.forSealing(['3']);
    const again = await keys.forOpening(['1', '2', '3']);
    expect(keyOf(again, '1')).toBe(keyOf(first, '1'));
    expect(keyOf(again, '2')).not.toBe(keyOf(first, '2'));
    expect(keyOf(again, '2').keyid).toBe(keyOf(first, '2').keyid);
  });

  it('do not open under the key-encryption key of another tenant or of nobody', async () => {
    const secret = randomBytes(SECRET_BYTES);
    wrapper = aesKeyWrapper(secret, 'main');
    await (await open()).forSealing(['42']);
    await failure(open({ wrapper: aesKeyWrapper(secret, 'other') }), 'KEY_WRONG');
    await failure(open({ wrapper: aesKeyWrapper(randomBytes(SECRET_BYTES), 'main') }), 'KEY_WRONG');
    expect(await open()).toBeDefined();
  });

  it('that were changed where they are stored are refused one by one', async () => {
    const made = await (await open()).forSealing(['42']);
    const foreign = aesKeyWrapper(randomBytes(SECRET_BYTES), 'main');
    const wrapped = await foreign.wrap(randomBytes(32), { person: '7', keyid: 'x' });
    await store.create([
      { person: '7', keyid: 'x', wrapper: wrapper.id, wrapped },
      { person: '8', keyid: 'y', wrapper: foreign.id, wrapped },
    ]);
    expect(summary(await (await open()).forOpening(['42', '7', '8']))).toEqual({
      '42': keyOf(made, '42').keyid,
      '7': 'KEY_WRONG',
      '8': 'KEY_WRONG',
    });
  });
});

describe('the key of a person who was erased', () => {
  it('is gone at once, also for those who hold it, and never comes back', async () => {
    const keys = await open();
    const key = keyOf(await keys.forSealing(['42']), '42');
    const sealed = sealParts({ '/text': 'Hi' }, key, context);
    expect(await keys.erase([tombstone('42')])).toEqual([tombstone('42', { keyid: key.keyid })]);
    expect(() => openParts(sealed, key, context)).toThrow(expect.objectContaining({ code: 'PERSON_ERASED' }));
    for (const again of [keys, await open()]) {
      const erased = { '42': 'PERSON_ERASED' };
      expect(summary(await again.forOpening(['42']))).toEqual(erased);
      expect(summary(await again.forSealing(['42']))).toEqual(erased);
      expect(summary(await again.forOpening(['42']))).toEqual(erased);
    }
  });

  it('does not come back with a fetch that was under way', async () => {
    let release = (): void => undefined;
    const slow: KeyWrapper = {
      ...wrapper,
      unwrap: async (wrapped, binding) => {
        await new Promise<void>((resolve) => (release = resolve));
        return wrapper.unwrap(wrapped, binding);
      },
    };
    await (await open()).forSealing(['42']);
    const keys = await open({ wrapper: slow });
    const fetching = keys.forOpening(['42']);
    await new Promise(setImmediate);
    await keys.erase([tombstone('42')]);
    release();
    expect(summary(await fetching)).toEqual({ '42': 'PERSON_ERASED' });
    expect(summary(await keys.forOpening(['42']))).toEqual({ '42': 'PERSON_ERASED' });
  });

  it('is dropped by another process within its time', async () => {
    const another = sqliteKeyStore({ file, tenant: 'main' });
    const [here, there] = [await open({ ageMsMax: 10_000 }), await open({ store: another })];
    const made = summary(await here.forSealing(['42', '7']));
    await there.erase([tombstone('42')]);
    expect(summary(await here.forOpening(['42', '7']))).toEqual(made);
    nowMs += 10_000;
    expect(summary(await here.forOpening(['42', '7']))).toEqual({ ...made, '42': 'PERSON_ERASED' });
    await another.close();
  });

  it('says since when, and nothing else', async () => {
    const keys = await open();
    await keys.erase([tombstone('42')]);
    const refused = (await keys.forSealing(['42'])).get('42');
    expect(refused).toMatchObject({
      ok: false,
      rejection: { facts: { erasedat: tombstone('42').erasedat } },
    });
  });

  it('stays away in whatever order persons are sealed for, opened, erased and restarted', async () => {
    const step = fc.record({
      what: fc.constantFrom('seal', 'open', 'erase', 'restart', 'wait'),
      person: fc.constantFrom('1', '2', '3'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const prefix = randomBytes(4).toString('hex');
        const expected = new Map<string, string>();
        let keys = await open({ cachedMax: 2, ageMsMax: 10 });
        for (const { what, person: name } of steps) {
          const person = `${prefix}-${name}`;
          const before = expected.get(person);
          if (what === 'restart') keys = await open({ cachedMax: 2, ageMsMax: 10 });
          else if (what === 'wait') nowMs += 7;
          else if (what === 'erase') {
            await keys.erase([tombstone(person)]);
            expected.set(person, 'PERSON_ERASED');
          } else if (what === 'open') {
            expect(summary(await keys.forOpening([person]))).toEqual({ [person]: before ?? 'KEY_NOT_FOUND' });
          } else {
            const found = summary(await keys.forSealing([person]))[person] as string;
            if (before === undefined) expected.set(person, found);
            else expect(found).toBe(before);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
