import { RapportError } from '@rapport/kernel';
import type { ProductionOptions } from '../production/production-options.js';
import { openFolderSource, type FolderPlace } from './folder-source.js';
import { openFolderTarget } from './folder-target.js';
import type { MoveSource, MoveTarget } from './move-places.js';
import { moveTenant, type MovedTenant, type MoveProgress } from './move-tenant.js';

export type { FolderPlace } from './folder-source.js';
export type { MovedTenant, MoveProgress, MoveVerdict } from './move-tenant.js';

export interface MoveOptions {
  /** Which of the two ledgers are moved to; from the other one. */
  readonly to: 'embedded' | 'production';
  readonly folder: FolderPlace;
  readonly servers: ProductionOptions;
  /** Which tenants; all that the source has unless given. */
  readonly tenants?: readonly string[] | undefined;
  /** Looks whether it could be done, and changes nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: MoveProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Moves ledgers from a data folder to the servers of the production profile, or back: events with ids, salts, recorded
 * times and order, keys and tombstones of persons, the log's keys and last signed head. The source is only read. What is
 * moved becomes a tenant of the target once it was compared: equal leaves, and equal views. Killed at any point and run
 * again it goes on where it was; run once more it changes nothing.
 * @throws RapportError `WRONG_EXPECTED_REVISION` for a target that holds something else, naming the first difference;
 * `LEDGER_IN_USE` for a data folder that somebody holds, or a source that does not rest; `KEY_WRONG`, `LOG_NOT_SIGNED`,
 * `TENANT_NOT_FOUND`, `DATA_NOT_FOUND`, `STORE_CORRUPT`, `STORE_UNAVAILABLE`
 * @example
 * await moveLedgers({ to: 'production', folder: { dataDir: './data' }, servers: { eventStoreDb, mongoDb, keysDir } });
 */
export async function moveLedgers(options: MoveOptions): Promise<readonly MovedTenant[]> {
  const source = await openSource(options);
  try {
    const target = await openTarget(options);
    try {
      return await moveAll(options, source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function moveAll(
  { tenants, dryRun = false, onProgress, signal }: MoveOptions,
  from: MoveSource,
  to: MoveTarget,
): Promise<readonly MovedTenant[]> {
  const names = tenants ?? (await from.tenants());
  if (names.length === 0)
    throw new RapportError('DATA_NOT_FOUND', 'There is no ledger to move: check where it is moved from.');
  const moved: MovedTenant[] = [];
  for (const name of names) {
    const source = await from.tenant(name);
    try {
      const target = await to.tenant(name);
      try {
        const { isHeld } = from;
        moved.push(await moveTenant({ source, target, isHeld, dryRun, onProgress, signal }));
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  }
  return moved;
}

async function openSource({ to, folder, servers }: MoveOptions): Promise<MoveSource> {
  if (to === 'production') return openFolderSource(folder);
  const { openServersSource } = await import('../production/move/servers-source.js');
  return openServersSource(servers);
}

async function openTarget({ to, folder, servers, dryRun = false }: MoveOptions): Promise<MoveTarget> {
  if (to === 'embedded') return openFolderTarget(folder, dryRun);
  const { openServersTarget } = await import('../production/move/servers-target.js');
  return openServersTarget(servers);
}
