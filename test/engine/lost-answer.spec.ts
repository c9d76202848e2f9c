import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { eventSealer, openLedger, Projector, type Projection } from '@rapport/ledger';
import { sqliteEventStore, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';
import { touchpoint } from './open-ledger.js';
import { specKeys } from './spec-keys.js';
import { unsignedLog } from './unsigned-log.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-lost-answer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nobody: Projection = {
  wake: () => undefined,
  onMoved: () => () => undefined,
  rebuild: () => Promise.resolve(),
  retry: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

it('counts nothing twice when a save was made whose answer got lost, and the next batch is cut otherwise', async () => {
  const events = sqliteEventStore({ file: join(folder, 'ledger.db'), tenant: 'main', sealer: eventSealer });
  const viewStore = sqliteViewStore({ file: join(folder, 'views.db') });
  const secrets = specKeys(join(folder, 'keys.db'));
  const ledger = await openLedger({
    keys: secrets.keys,
    erasure: secrets.erasure,
    tenant: 'main',
    events,
    viewStore,
    kinds,
    views,
    analyses,
    projection: nobody,
    log: unsignedLog(join(folder, 'ledger.db')),
    writable: true,
    now: Date.now,
  });
  let loses = false;
  const behindANetwork = Object.create(viewStore) as typeof viewStore;
  behindANetwork.save = async (batch) => {
    await viewStore.save(batch);
    if (loses) throw new RapportError('STORE_UNAVAILABLE', 'the answer got lost');
  };
  const options = { events, registry: views, kinds, owner: 'spec', now: Date.now };
  const projector = new Projector({ ...options, views: behindANetwork });
  await projector.open();
  const record = async (from: number): Promise<void> => {
    for (let number = from; number < from + 10; number++)
      await ledger.record([
        touchpoint('SaleCompleted', `e-${number}`, { subject: `relationship/c-${number % 3}` }),
      ]);
  };
  await record(0);
  await projector.catchUp();
  await record(10);
  loses = true;
  await expect(projector.step()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  loses = false;
  await record(20);
  await projector.catchUp();

  const afresh = sqliteViewStore({ file: join(folder, 'afresh.db') });
  const other = new Projector({ ...options, views: afresh });
  await other.open();
  await other.catchUp();
  const contentOf = async (store: typeof viewStore) => {
    const content: unknown[] = [];
    for (const version of await store.versions())
      for await (const item of store.scan(version))
        content.push('doc' in item ? [version.name, item.key, item.doc] : item);
    return content;
  };
  expect(await contentOf(viewStore)).toEqual(await contentOf(afresh));
  expect((await contentOf(afresh)).length).toBeGreaterThan(30);
  for (const open of [projector, other, ledger, afresh]) await open.close();
});
