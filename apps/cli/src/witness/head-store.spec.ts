import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EMPTY_ROOT, noteKeyPair, noteSigner, noteVerifier, signCheckpoint } from '@rapport/proof';
import { HeadStore } from './head-store.js';

const ORIGIN = 'rapport.local/acme';
const LOG = noteKeyPair(ORIGIN, Buffer.alloc(32, 1));
const head = (size: number): Uint8Array =>
  signCheckpoint(
    { origin: ORIGIN, size, root: size === 0 ? EMPTY_ROOT : Buffer.alloc(32, size) },
    noteSigner(LOG.signerKey),
  );

let state = '';
/** Each stands for a process of its own. */
const opened = (): HeadStore => new HeadStore(state, noteVerifier(LOG.verifierKey));
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rapport-heads-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

describe('the heads of a witness', () => {
  it('are found again, the last one first', () => {
    expect(opened().latest()).toBeUndefined();
    expect(opened().keep(0, head(5))).toBe(true);
    expect(opened().keep(1, head(9))).toBe(true);
    expect(opened().latest()).toMatchObject({ number: 2, head: { size: 9 } });
    expect(opened().ofSize(5)).toMatchObject({ number: 1 });
    expect(opened().ofSize(6)).toBeUndefined();
  });

  it('go on from one decision only, when two were made on the same head', () => {
    const [one, other] = [opened(), opened()];
    expect(one.keep(0, head(5))).toBe(true);
    expect(other.keep(0, head(6))).toBe(false);
    expect(other.latest()).toMatchObject({ head: { size: 5 } });
  });

  it('are not set back by a decision so old that its head is gone', () => {
    const slow = opened();
    for (let number = 0; number < 100; number++) expect(opened().keep(number, head(number + 1))).toBe(true);
    const kept = readdirSync(join(slow.folder, 'heads'));
    expect(kept).toHaveLength(64);
    expect(slow.keep(3, head(200))).toBe(false);
    expect(slow.latest()).toMatchObject({ number: 100, head: { size: 100 } });
    expect(readdirSync(join(slow.folder, 'heads'))).toEqual(kept);
  });

  it('are an error when one cannot be read, never a new start', () => {
    const store = opened();
    store.keep(0, head(5));
    writeFileSync(join(store.folder, 'heads', '000000000001'), '');
    expect(() => opened().latest()).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }) as unknown as Error,
    );
  });
});
