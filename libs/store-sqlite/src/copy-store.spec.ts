import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failure, plainSealer } from '@rapport/testing';
import { copyStore, putStoreInPlace, sqliteEventStore, sqliteProofLog } from './index.js';

const BODY = JSON.stringify('x'.repeat(16_000));

let folder: string;
let ledger: ReturnType<typeof sqliteEventStore>;
const place = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-copy-'));
  ledger = sqliteEventStore({ file: place('ledger.db'), tenant: 'main', sealer: plainSealer });
  for (let stream = 0; stream < 30; stream++) await append(stream, 60);
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const append = (stream: number, count: number) =>
  ledger.append(
    `relationship/${stream}`,
    'none',
    Array.from({ length: count }, () => ({ id: randomUUID(), type: 'a.v1', body: BODY, recordedAtMs: 1 })),
  );

describe('the copy of a ledger', () => {
  it('holds what was there when it began, whatever is committed meanwhile', async () => {
    const before = await ledger.head();
    const appended: Promise<unknown>[] = [];
    await copyStore('ledger', {
      from: place('ledger.db'),
      to: place('copy.db'),
      onProgress: () => appended.push(append(1_000 + appended.length, 1)),
    });
    await Promise.all(appended);
    expect(appended.length).toBeGreaterThan(3); // so that a copy which started again would be seen
    const log = sqliteProofLog(place('copy.db'));
    expect(await log.size()).toBe(before.count);
    await log.close();
    expect((await ledger.head()).count).toBe(before.count + appended.length);
  });

  it('is one file until it is put in place, where it can be written again', async () => {
    await copyStore('ledger', { from: place('ledger.db'), to: place('copy.db') });
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
    await putStoreInPlace('ledger', { from: place('copy.db'), to: place('restored.db') });
    const restored = sqliteEventStore({ file: place('restored.db'), tenant: 'main', sealer: plainSealer });
    expect(await restored.head()).toEqual(await ledger.head());
    await restored.append('relationship/new', 'none', [
      { id: randomUUID(), type: 'a.v1', body: '{}', recordedAtMs: 1 },
    ]);
    expect(existsSync(place('restored.db-wal'))).toBe(true);
    await restored.close();
  });

  it('ends at once when it is stopped, and says which file was not one of ours', async () => {
    const controller = new AbortController();
    const stopped = copyStore('ledger', {
      from: place('ledger.db'),
      to: place('copy.db'),
      onProgress: () => controller.abort(new Error('stopped')),
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow('stopped');
    const foreign = copyStore('keys', { from: place('ledger.db'), to: place('keys.db') });
    await failure(foreign, 'STORE_FOREIGN');
    const missing = copyStore('keys', { from: place('none.db'), to: place('keys.db') });
    await failure(missing, 'DATA_NOT_FOUND');
  });
});
