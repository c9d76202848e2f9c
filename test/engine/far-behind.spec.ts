import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import { eventSealer, openLedger, Projector, type Projection } from '@rapport/ledger';
import { openEmbedded } from '@rapport/profiles';
import { sqliteEventStore, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';
import { touchpoint } from './open-ledger.js';
import { unsignedLog } from './unsigned-log.js';

/** More than the views may lack before they are built anew, and enough for threads to help. */
const EVENTS = 24_000;
const PARTIES = 300;
const KINDS = [
  'SaleCompleted',
  'SurveyAnswered',
  'ReferralMade',
  'SaleReturned',
  'AttributeObserved',
] as const;
const FIRST_MS = Date.UTC(2025, 0, 1);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-far-behind-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const history = (): readonly Json[] =>
  Array.from({ length: EVENTS }, (_none, number) =>
    touchpoint(KINDS[number % KINDS.length] as string, `e-${number}`, {
      subject: `relationship/c-${(number * 7) % PARTIES}`,
      // Every tenth is days late.
      time: new Date(FIRST_MS + number * 60_000 - (number % 10 === 0 ? 5 * 86_400_000 : 0)).toISOString(),
    }),
  );

const nobody: Projection = {
  wake: () => undefined,
  onMoved: () => () => undefined,
  rebuild: () => Promise.resolve(),
  retry: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

/** Records the history with nobody to keep views; gives what views say that are fed event by event. */
async function recordAndFeed(dataDir: string): Promise<string> {
  mkdirSync(join(dataDir, 'main'), { recursive: true });
  const events = sqliteEventStore({
    file: join(dataDir, 'main', 'ledger.db'),
    tenant: 'main',
    sealer: eventSealer,
  });
  const viewStore = sqliteViewStore({ file: join(folder, 'fed-views.db') });
  const projector = new Projector({
    events,
    views: viewStore,
    registry: views,
    kinds,
    owner: 'spec',
    now: Date.now,
  });
  await projector.open();
  const ledger = await openLedger({
    tenant: 'main',
    events,
    viewStore,
    kinds,
    views,
    analyses,
    projection: nobody,
    log: unsignedLog(join(dataDir, 'main', 'ledger.db')),
    writable: true,
    now: Date.now,
  });
  const all = history();
  for (let at = 0; at < all.length; at += 2_000) {
    for (const outcome of await ledger.record(all.slice(at, at + 2_000)))
      if (outcome.status === 'rejected') throw new Error(outcome.rejection.message);
  }
  await projector.catchUp();
  const { all: hash } = await ledger.hash();
  await ledger.close();
  return hash;
}

describe('views that are far behind', () => {
  it.each(['inline', 'thread'] as const)(
    'are built anew by several threads and say what feeding them would have said (projector: %s)',
    async (projector) => {
      const dataDir = join(folder, 'data');
      const fed = await recordAndFeed(dataDir);
      const rapport = await openEmbedded({ dataDir, projector });
      const ledger = await rapport.ledger('main');
      const { position, count } = await ledger.head();
      await ledger.waitFor(position, 60_000);
      expect((await ledger.hash()).all).toBe(fed);
      // They go on from there.
      const [outcome] = await ledger.record([touchpoint('SaleCompleted', 'one-more')]);
      const after = outcome?.status === 'recorded' ? outcome.position : 0n;
      await ledger.waitFor(after, 20_000);
      for (const health of await ledger.health())
        expect(health).toMatchObject({ state: 'live', lagEvents: 0, position: after });
      expect((await ledger.document('relationship-360', 'c-1')).value).toMatchObject({
        sales: expect.any(Number),
      });
      expect(count).toBe(EVENTS);
      await rapport.close();
      // The first copy of each view was left behind for a second one.
      const store = sqliteViewStore({ file: join(dataDir, 'main', 'views.db'), readOnly: true });
      expect((await store.versions()).map(({ version }) => version % 10_000)).toEqual(views.map(() => 2));
      await store.close();
    },
    120_000,
  );
});
