import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqliteKeyStore } from '@rapport/store-sqlite';
import { keyOwnerOf } from '../key-owner.js';
import { openPersonKeys, type PersonKeys } from '../keys/person-keys.js';
import type { KeyStore, Tombstone } from '../ports/key-store.js';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import type { LegalHold, LegalHolds } from '../ports/legal-holds.js';
import { openParts } from '../seal/open-parts.js';
import { sealParts } from '../seal/seal-parts.js';
import { aesKeyWrapper, SECRET_BYTES } from '../wrap/aes-key-wrapper.js';
import { applyTombstones } from './apply-tombstones.js';
import { decideErasure, type ErasureRequest } from './decide-erasure.js';
import { erasePersons } from './erase-persons.js';

const request: ErasureRequest = {
  persons: [{ id: '42', parts: 7 }],
  by: 's-7',
  basis: 'request of the party',
  at: '2026-04-01T09:30:00.000Z',
};
const ALONE = { approvalRequired: false };
const TOGETHER = { approvalRequired: true };

describe('the decision about an erasure', () => {
  it('gives a tombstone for each person, once', () => {
    const persons = [{ id: '42' }, { id: '7' }, { id: '42' }];
    expect(decideErasure({ ...request, persons, approvedby: 's-9' }, TOGETHER, [])).toEqual({
      ok: true,
      value: ['42', '7'].map((person) => ({
        person,
        erasedat: request.at,
        by: 's-7',
        approvedby: 's-9',
        basis: request.basis,
      })),
    });
  });

  it('is no while a legal hold stands on any of the persons, whatever stands on others', () => {
    const hold: LegalHold = { person: '42', reference: 'case 2026-17' };
    const persons = [{ id: '7' }, { id: '42' }];
    const refused = decideErasure({ ...request, persons }, ALONE, [hold]);
    expect(refused).toMatchObject({ ok: false, rejection: { code: 'LEGAL_HOLD', facts: { holds: 1 } } });
    expect(JSON.stringify(refused)).toContain('case 2026-17');
    expect(decideErasure({ ...request, persons: [{ id: '7' }] }, ALONE, [hold]).ok).toBe(true);
  });

  it('is no without a second person where one is required; who erases is not the second', () => {
    for (const approval of [{}, { approvedby: 's-7' }, { approvedby: ' ' }])
      expect(decideErasure({ ...request, ...approval }, TOGETHER, [])).toMatchObject({
        ok: false,
        rejection: { code: 'APPROVAL_REQUIRED' },
      });
    expect(decideErasure(request, ALONE, []).ok).toBe(true);
  });

  it('is no without a person, an actor or a basis', () => {
    for (const missing of [{ persons: [] }, { by: ' ' }, { basis: '' }])
      expect(decideErasure({ ...request, ...missing }, ALONE, [])).toMatchObject({
        ok: false,
        rejection: { code: 'INVALID_REQUEST' },
      });
  });
});

describe('an erasure', () => {
  let folder: string;
  let file: string;
  let store: KeyStore;
  let wrapper: KeyWrapper;
  let keys: PersonKeys;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-erasure-'));
    file = join(folder, 'keys.db');
    wrapper = aesKeyWrapper(randomBytes(SECRET_BYTES), 'main');
    await reopen([]);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function reopen(erased: readonly Tombstone[], readOnly = false): Promise<void> {
    store = sqliteKeyStore({ file, tenant: 'main', readOnly });
    keys = await openPersonKeys({ store, wrapper, erased, now: Date.now });
  }
  const holds = (...standing: LegalHold[]): LegalHolds => ({ on: async () => standing });
  const erase = (more: Partial<ErasureRequest> = {}, held = holds()) =>
    erasePersons({ keys, holds: held, policy: ALONE }, { ...request, ...more });

  const contextOf = (person: string) => ({
    tenant: 'main',
    eventId: `event of ${person}`,
    stream: `relationship/${person}`,
    type: 'rapport.sale.Sale.v1',
  });
  const seal = async (person: string) => {
    const key = (await keys.forSealing([person])).get(person)!;
    if (!key.ok) throw new Error(key.rejection.code);
    return sealParts({ '/text': `text of ${person}` }, key.value, contextOf(person));
  };
  const reading = async (sealed: Awaited<ReturnType<typeof seal>>): Promise<string> => {
    const key = (await keys.forOpening([sealed.subject])).get(sealed.subject)!;
    if (!key.ok) return key.rejection.code;
    const opened = openParts(sealed, key.value, contextOf(sealed.subject));
    return opened.ok ? (opened.value['/text'] as string) : opened.rejection.code;
  };

  it('makes everything unreadable that was sealed for the person, and gives a receipt without it', async () => {
    const [sealed, other] = [await seal('42'), await seal('7')];
    const erased = await erase();
    expect(erased).toEqual({
      ok: true,
      value: [
        {
          person: '42',
          erasedat: request.at,
          by: 's-7',
          basis: request.basis,
          keyid: sealed.keyid,
          parts: 7,
        },
      ],
    });
    expect(await reading(sealed)).toBe('PERSON_ERASED');
    expect(await reading(other)).toBe('text of 7');
    await expect(seal('42')).rejects.toThrow('PERSON_ERASED');
  });

  it('that is refused destroys nothing, not even the key of a person without a hold', async () => {
    const sealed = [await seal('42'), await seal('7')];
    const persons = [{ id: '7' }, { id: '42' }];
    const refused = await erase({ persons }, holds({ person: '42', reference: 'case 2026-17' }));
    expect(refused).toMatchObject({ ok: false, rejection: { code: 'LEGAL_HOLD' } });
    expect(await Promise.all(sealed.map(reading))).toEqual(['text of 42', 'text of 7']);
  });

  it('can be repeated, and gives the receipt of the first time', async () => {
    await seal('42');
    const first = await erase();
    expect(await erase({ at: '2027-01-01T00:00:00.000Z', by: 's-8' })).toEqual(first);
  });

  it('of a person without a key keeps one from ever being made', async () => {
    expect(await erase({ persons: [{ id: '99' }] })).toMatchObject({ ok: true, value: [{ person: '99' }] });
    await expect(seal('99')).rejects.toThrow('PERSON_ERASED');
  });

  describe('and merges', () => {
    it('the owner of a key is the person as recorded, so that a merge and its undoing change nothing', () => {
      expect(keyOwnerOf('relationship/42')).toBe('42');
      expect(['staff/7', 'campaign/spring'].map(keyOwnerOf)).toEqual(['staff/7', 'campaign/spring']);
    });

    it('erasing a party into which others were merged erases the keys of all members that are named', async () => {
      const sealed = [await seal('42'), await seal('43'), await seal('44')];
      expect(await Promise.all(sealed.map(reading))).toEqual(['text of 42', 'text of 43', 'text of 44']);
      await erase({ persons: [{ id: '42' }, { id: '43' }] });
      expect(await Promise.all(sealed.map(reading))).toEqual([
        'PERSON_ERASED',
        'PERSON_ERASED',
        'text of 44',
      ]);
    });
  });

  describe('and a key store from an older backup', () => {
    it('the erasures that the ledger tells of are applied before any key is opened', async () => {
      const [sealed, other] = [await seal('42'), await seal('7')];
      copyFileSync(file, `${file}.backup`);
      const erased = await erase();
      if (!erased.ok) throw new Error(erased.rejection.code);
      await store.close();
      copyFileSync(`${file}.backup`, file);

      await reopen([]);
      expect(await reading(sealed)).toBe('text of 42'); // what the rule is for
      await store.close();
      await reopen(erased.value);
      expect([await reading(sealed), await reading(other)]).toEqual(['PERSON_ERASED', 'text of 7']);
      await store.close();
      await reopen([]);
      expect(await reading(sealed)).toBe('PERSON_ERASED');
    });

    it('they are heeded too where it is open for reading only', async () => {
      const [sealed, other] = [await seal('42'), await seal('7')];
      await store.close();
      await reopen([{ person: '42', erasedat: request.at, by: 's-7', basis: request.basis }], true);
      expect([await reading(sealed), await reading(other)]).toEqual(['PERSON_ERASED', 'text of 7']);
      expect(await store.load(['42'])).toMatchObject([{ state: 'active' }]);
    });

    it('applying them again, in any order and number, changes nothing', async () => {
      const erased = Array.from({ length: 1_200 }, (_, index) => ({
        person: `p-${index}`,
        erasedat: request.at,
        by: 's-7',
        basis: request.basis,
      }));
      await seal('p-3');
      await applyTombstones(store, erased);
      await applyTombstones(store, [...erased].reverse());
      expect(await store.active(undefined, 10)).toEqual([]);
      expect((await store.erased('p-999', 1_000)).length).toBe(0);
      expect((await store.load(['p-0', 'p-1199'])).map(({ state }) => state)).toEqual(['erased', 'erased']);
    });
  });
});
