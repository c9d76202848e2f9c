import { hostname } from 'node:os';
import { RapportError } from '@rapport/kernel';
import type { RegisteredTenant } from '@rapport/store-mongodb';
import { views as registry } from '@rapport/views';
import type { Counted } from '../../move/move-places.js';
import { pause } from '../pause.js';
import type { Servers } from '../servers.js';
import { closeTenantStores, openTenantStores, type TenantStores } from '../tenant-stores.js';
import { TenantWork } from '../worker/tenant-work.js';

export interface BringUpOptions {
  /** So many events at least are sealed and in the views when it resolves. */
  readonly count: number;
  readonly onProgress: Counted;
  readonly signal: AbortSignal | undefined;
}

/** The same for a move that was killed, which so goes on at once. */
const OWNER = `move:${hostname()}`;
const LOOK_MS = 150;
/** How long nothing may move before that is told. */
const STILL_MS_MAX = 120_000;

/**
 * Seals a tenant's events and builds its views: as a worker does, here and now, or by the worker that looks after it
 * already.
 * @throws RapportError `LOG_NOT_SIGNED`, `STORE_CORRUPT`, and `STORE_UNAVAILABLE` when nothing moves any more
 */
export async function bringUp(
  servers: Servers,
  tenant: RegisteredTenant,
  options: BringUpOptions,
): Promise<void> {
  let failure: unknown;
  const onFailure = (_tenant: string, error: unknown): void => {
    failure = error; // it tries again by itself; told when nothing moves any more
  };
  const work = await TenantWork.take({ servers, tenant, owner: OWNER, onFailure }, () => undefined);
  const stores = await openTenantStores(servers, tenant);
  try {
    await followed(stores, work, options, () => failure);
  } finally {
    await closeTenantStores(stores);
    await work?.close();
  }
}

async function followed(
  stores: TenantStores,
  work: TenantWork | undefined,
  { count, onProgress, signal }: BringUpOptions,
  failure: () => unknown,
): Promise<void> {
  let [before, movedMs] = [-1, performance.now()];
  for (;;) {
    signal?.throwIfAborted();
    const refused = (await work?.health())?.sealing.refused;
    if (refused !== undefined) throw refused;
    const { size } = await stores.leaves.end();
    const built = await eventsInViews(stores);
    onProgress(Math.min(count, size, built), count);
    if (Math.min(size, built) >= count) return;
    if (size + built !== before) [before, movedMs] = [size + built, performance.now()];
    if (performance.now() - movedMs > STILL_MS_MAX) throw still(failure());
    await pause(LOOK_MS, signal);
  }
}

/** How many events all views reflect. */
async function eventsInViews({ views }: TenantStores): Promise<number> {
  const live = (await views.versions()).filter(({ state }) => state === 'live');
  return Math.min(...registry.map(({ name }) => live.find((one) => one.name === name)?.events ?? 0));
}

const still = (failure: unknown): unknown =>
  failure ??
  new RapportError(
    'STORE_UNAVAILABLE',
    `For ${STILL_MS_MAX / 1_000} s nothing more was sealed or built in the target: look into the logs of its workers (\`rapport doctor\` shows those that run), and run it again.`,
  );
