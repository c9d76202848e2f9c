import { RapportError } from '@rapport/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashViewsAt, headOf } from '@rapport/ledger';
import { views } from '@rapport/views';
import { agreement, goesOn, type Agreement } from './agreement.js';
import { moveEvents } from './move-events.js';
import { checkKeys, moveKeys, moveSecret, type CountedKeys } from './move-keys.js';
import { logToMove, moveLog } from './move-log.js';
import type { TenantSource, TenantTarget } from './move-places.js';
import { sourceViewsAt } from './source-views.js';

/** Told how far the move of a tenant has come: events, or keys. */
export type MoveProgress = (
  stage: 'compare' | 'events' | 'build',
  tenant: string,
  done: number,
  total: number,
) => void;

/** What was found equal in source and target. */
export interface MoveVerdict {
  /** Number of leaves under the root: all, unless those of the source are not all made yet. */
  readonly leaves: number;
  /** Root of the proof log over them, the same in both: base64. */
  readonly root: string;
  /** The hash of all views, the same in both; left out where they were not compared. */
  readonly views?: string;
  /** Why the views were not compared. */
  readonly viewsNotCompared?: string;
}

/** A tenant that was moved, or would be. */
export interface MovedTenant extends CountedKeys {
  readonly tenant: string;
  /** Events of the source. */
  readonly events: number;
  /** How many of them the target held before. */
  readonly held: number;
  /** How many were taken over now; 0 when nothing was missing, or nothing was to be moved. */
  readonly takenOver: number;
  /** The key by which others know the log, here as there; left out for a log that was never signed. */
  readonly verifierKey?: string;
  /** How many events the source's last signed head covers. */
  readonly signed?: number;
  /** None where nothing was to be moved. */
  readonly equal?: MoveVerdict;
}

export interface MoveTenantOptions {
  readonly source: TenantSource;
  readonly target: TenantTarget;
  /** Whether the source cannot grow meanwhile. */
  readonly isHeld: boolean;
  readonly dryRun: boolean;
  readonly onProgress?: MoveProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often what was recorded meanwhile is taken over before the move gives up. */
const ROUNDS_MAX = 5;
/** How long the leaves of a source that is sealed by a worker are waited for. */
const SEALING_MS_MAX = 20_000;
const LOOK_MS = 200;

/**
 * Moves the ledger of one tenant: compares what the target holds, takes over what is missing, and compares leaves and views.
 * @throws RapportError `WRONG_EXPECTED_REVISION` for a target that holds something else, `KEY_WRONG`, `LOG_NOT_SIGNED`,
 * `LEDGER_IN_USE` for a source that does not rest, `STORE_CORRUPT` for a target that is not equal in the end
 */
export async function moveTenant(options: MoveTenantOptions): Promise<MovedTenant> {
  const { source, target, dryRun } = options;
  const { tenant } = source;
  const counted = await checkKeys(source, target);
  const log = await logToMove(source);
  const { count: events } = await source.events.head();
  const found = await compared(options);
  if (found.beyond !== undefined && !target.isInUse) throw goesOn(found, found.beyond);
  await checkStray(source, target);
  const known = {
    tenant,
    ...counted,
    held: found.count,
    ...(log === undefined ? {} : { verifierKey: log.keys.verifierKey }),
    ...(log?.head === undefined ? {} : { signed: log.head.size }),
  };
  if (dryRun) return { ...known, events, takenOver: 0 };

  await moveSecret(source, target);
  await target.begin();
  const { equal, reached } = await untilEqual(options, found);
  await target.finish();
  return { ...known, events: reached, takenOver: reached - found.count, equal };
}

/** Every ledger begins with the same stream, so that another one of this name is seen by it. */
async function checkStray({ tenant, events }: TenantSource, target: TenantTarget): Promise<void> {
  for await (const { stream } of events.readSalted({ after: 0n, countMax: 1 }))
    if (await target.holdsStray(stream)) throw eventsOfAnother(tenant, stream);
}

/** Takes over until the source has nothing more, and compares. */
async function untilEqual(
  options: MoveTenantOptions,
  found: Agreement,
): Promise<{ readonly equal: MoveVerdict; readonly reached: number }> {
  const { source, target, isHeld, onProgress, signal } = options;
  let reached = found.count;
  let after = found.after;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { count: total } = await source.events.head();
    await copyKeys(options); // first, where others read the target: a value is never there before its key
    const moved = await moveEvents(
      source,
      target,
      after,
      (done) => onProgress?.('events', source.tenant, reached + done, Math.max(total, reached + done)),
      signal,
    );
    [reached, after] = [reached + moved.count, moved.position];
    if (!isHeld) await copyKeys(options); // those of persons who came meanwhile
    const log = await logToMove(source);
    if (log !== undefined) await moveLog(source, target, log);
    await target.bringUp(reached, (done, of) => onProgress?.('build', source.tenant, done, of), signal);
    const equal = await verdict(options, reached, after);
    if (equal !== undefined) return { equal, reached };
  }
  throw new RapportError(
    'LEDGER_IN_USE',
    `The ledger of ${source.tenant} is recorded to all the while, so that it could not be compared at rest: stop whoever records, and run it again; what was taken over is not taken over again.`,
  );
}

async function copyKeys({ source, target }: MoveTenantOptions): Promise<void> {
  const keys = await target.openKeys();
  try {
    await moveKeys(source, keys, target.secrets);
  } finally {
    await keys.close();
  }
}

/** @returns undefined when the source has grown meanwhile */
async function verdict(
  options: MoveTenantOptions,
  count: number,
  position: bigint,
): Promise<MoveVerdict | undefined> {
  const { source, target, signal } = options;
  const result = await target.result();
  const leaves = await sealedOf(source, count, signal);
  const [ours, theirs] = await Promise.all([headOf(source.log, leaves), headOf(result.log, leaves)]);
  if (Buffer.compare(ours.root, theirs.root) !== 0) throw await otherLeaves(options);
  const equal = { leaves, root: Buffer.from(ours.root).toString('base64') };
  if ((await result.log.size()) > count)
    return { ...equal, viewsNotCompared: 'the target has gone on since it was moved' };
  const hashes = await sourceViewsAt(source, position, signal);
  if (hashes === undefined) return undefined;
  const moved = await hashViewsAt(result.views, views, result.position);
  if (moved?.all === hashes.all) return { ...equal, views: hashes.all };
  const differing = hashes.views.filter(
    ({ view, sha256 }) => moved?.views.find((one) => one.view === view)?.sha256 !== sha256,
  );
  throw new RapportError(
    'STORE_CORRUPT',
    `The views of ${source.tenant} in the target are not those of the source (${differing.map(({ view }) => view).join(', ')}), although their events are the same: run \`rapport views rebuild\` where the ledger lies now, and this again.`,
  );
}

/** Number of the source's leaves, up to so many, once they are made. */
async function sealedOf(
  { log }: TenantSource,
  count: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (const untilMs = performance.now() + SEALING_MS_MAX; ;) {
    const size = await log.size();
    if (size >= count) return count;
    if (performance.now() > untilMs) return size;
    await sleep(LOOK_MS, undefined, { ...(signal === undefined ? {} : { signal }) });
  }
}

/** Says which event is the first that differs. */
async function otherLeaves(options: MoveTenantOptions): Promise<RapportError> {
  const { tenant } = options.source;
  const found = await compared(options);
  return new RapportError(
    'STORE_CORRUPT',
    `The first ${found.count} events of ${tenant} are equal in source and target, and their leaves are not: run \`rapport verify --store --tenant ${tenant}\` on both.`,
  );
}

async function compared({ source, target, onProgress, signal }: MoveTenantOptions): Promise<Agreement> {
  const { tenant, events } = source;
  const { count: total } = await events.head();
  return agreement(
    events.readSalted({ after: 0n }),
    target.held(),
    (done) => onProgress?.('compare', tenant, done, total),
    signal,
  );
}

const eventsOfAnother = (tenant: string, stream: string): RapportError =>
  new RapportError(
    'WRONG_EXPECTED_REVISION',
    `The target holds something else: EventStoreDB has events in ${stream} of a tenant ${tenant} that MongoDB does not know of. Move under another RAPPORT_EVENTSTOREDB_PREFIX.`,
  );
