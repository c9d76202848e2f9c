import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyStore, WrappedKey } from '@rapport/ledger';
import { tombstone, wrappedKey } from '@rapport/testing';
import fc from 'fast-check';
import { sqliteKeyStore } from './key-store.js';

/** A key that holds a mark three times, so that a copy of any larger part of it is found, wherever it lies. */
const markedKey = (person: string, number: number): WrappedKey => ({
  ...wrappedKey(person),
  wrapped: Buffer.from(`\u0007\u0007<${number.toString().padStart(12, '0')}>`.repeat(3)),
});
const MARK = /\u0007<(\d{12})>/g;

describe('a destroyed key', () => {
  let folder: string;
  let store: KeyStore;
  const open = (): KeyStore => sqliteKeyStore({ file: join(folder, 'keys.db'), tenant: 'main' });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-keys-'));
    store = open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The numbers of all marks in the raw bytes of all files of the store. */
  function found(): Set<number> {
    const numbers = new Set<number>();
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'latin1');
      for (const match of text.matchAll(MARK)) numbers.add(Number(match[1]));
    }
    return numbers;
  }

  it('is nowhere in the raw bytes of the files, while the store is still open and after', async () => {
    const another = open();
    await store.create([markedKey('41', 41), markedKey('42', 42), markedKey('43', 43)]);
    expect(found()).toEqual(new Set([41, 42, 43]));
    await another.load(['42']);
    await store.erase([tombstone('42')]);
    expect(found()).toEqual(new Set([41, 43]));
    await another.close();
    await store.close();
    expect(found()).toEqual(new Set([41, 43]));
    expect(readdirSync(folder).filter((name) => !/^keys\.db(-journal)?$/.test(name))).toEqual([]);
  });

  // Deleting rows instead leaves a few of ten thousand behind, also with secure_delete: SQLite moves rows between pages,
  // and zeroes what is deleted, not what was moved away before.
  it('is nowhere either after thousands of persons have come and gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 299 })), async (choices) => {
        const choose = (): number => choices.next().value;
        const alive = new Map<string, number>();
        let number = 0;
        for (let turn = 0; turn < 20; turn++) {
          const keys = Array.from({ length: 200 }, () => {
            number += 1;
            const person = `${number} ${'x'.repeat(choose())}`;
            alive.set(person, number);
            return markedKey(person, number);
          });
          await store.create(keys);
          const shuffled = [...alive.keys()].map((person) => ({ person, at: choose() }));
          shuffled.sort((a, b) => a.at - b.at);
          const gone = shuffled.slice(shuffled.length / 2).map(({ person }) => person);
          await store.erase(gone.map((person) => tombstone(person)));
          for (const person of gone) alive.delete(person);
        }
        expect(found()).toEqual(new Set(alive.values()));
        await store.close();
        rmSync(folder, { recursive: true, force: true });
        folder = mkdtempSync(join(tmpdir(), 'rapport-keys-'));
        store = open();
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 60_000);
});
