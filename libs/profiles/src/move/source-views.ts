import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashViewsAt, Projector, type HashedViews } from '@rapport/ledger';
import { newTurn, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { views } from '@rapport/views';
import { VIEWS_FILE } from '../files.js';
import type { TenantSource } from './move-places.js';

/**
 * The hashes of the source's views at a position: of those that it has, where they stand there, or else of a replay in a
 * folder that is thrown away.
 * @returns undefined when the ledger went on meanwhile
 */
export async function sourceViewsAt(
  { events, views: live }: Pick<TenantSource, 'events' | 'views'>,
  position: bigint,
  signal: AbortSignal | undefined,
): Promise<HashedViews | undefined> {
  const hashed = live === undefined ? undefined : await hashViewsAt(live, views, position);
  const found = hashed ?? (await replayed(events, position, signal));
  return (await events.head()).position === position ? found : undefined;
}

async function replayed(
  events: TenantSource['events'],
  position: bigint,
  signal: AbortSignal | undefined,
): Promise<HashedViews | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-move-'));
  const store = sqliteViewStore({ file: join(folder, VIEWS_FILE), turn: newTurn() });
  try {
    const projector = new Projector({
      events,
      views: store,
      registry: views,
      kinds,
      owner: 'move',
      now: Date.now,
    });
    await projector.open();
    await projector.catchUp(signal);
    signal?.throwIfAborted();
    await projector.close();
    return await hashViewsAt(store, views, position);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}
