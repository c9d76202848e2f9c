import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kind, Kinds, RecordedEvent } from '@rapport/kernel';
import {
  EMPTY_MAP_ROOT,
  EMPTY_ROOT,
  extendChain,
  readNodesLater,
  updateMap,
  type MapValue,
} from '@rapport/proof';
import type { CompletenessMap, MapState, ProofLog, SealedEvent } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';
import { push } from '../resolve/history.js';
import { headOf } from '../seal/log-tree.js';
import { mapKeysOf } from './map-keys.js';
import { WaitingCorrections } from './waiting-corrections.js';

/** Leaves that are taken up together: setting many keys at once costs a fraction of setting them one by one. */
const LEAVES_PER_STEP = 5_000;

/** The event at a revision of a stream, for what corrections correct; undefined when there is none. */
export type EventAt = (
  stream: string,
  revision: number,
) => Promise<{ readonly type: string; readonly position: bigint } | undefined>;

/** What the map is made from. */
export interface MapSource {
  readonly log: ProofLog;
  readonly map: CompletenessMap;
  readonly eventAt: EventAt;
  readonly kinds: Kinds;
}

/** The map that covers nothing. */
export const EMPTY_MAP: MapState = { size: 0, root: EMPTY_MAP_ROOT, treeRoot: EMPTY_ROOT };

/**
 * Brings the map to the end of the log. A map of another log, as after a restored backup, is made anew.
 * @param onProgress is told how many leaves are in it, of how many
 * @throws RapportError `STORE_UNAVAILABLE` when another process is bringing it up, `STORE_CORRUPT`
 * @example (await advanceMap({ log, map, kinds, eventAt })).root
 */
export async function advanceMap(
  source: MapSource,
  onProgress: (size: number, total: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<MapState> {
  const end = await source.log.size();
  let state = await startOf(source, end);
  while (state.size < end) {
    signal?.throwIfAborted();
    state = await step(source, state, Math.min(end, state.size + LEAVES_PER_STEP));
    onProgress(state.size, end);
    await nextTurn();
  }
  return state;
}

async function startOf({ log, map }: MapSource, end: number): Promise<MapState> {
  const state = await map.state();
  if (state === undefined) return EMPTY_MAP;
  if (state.size <= end && Buffer.compare((await headOf(log, state.size)).root, state.treeRoot) === 0)
    return state;
  await map.clear();
  return EMPTY_MAP;
}

async function step(source: MapSource, from: MapState, end: number): Promise<MapState> {
  const { log, map } = source;
  const keyed = await keyedLeaves(source, from.size, end);
  const keys = [...keyed.keys()];
  const before = await map.values(keys);
  const changes = keys.flatMap((key, at) => {
    const added = keyed.get(key) ?? [];
    const value = chainOver(added, before[at]);
    return value === undefined ? [] : [{ key, value, leaves: added.map(({ leafIndex }) => leafIndex) }];
  });
  const update = updateMap(
    from.root,
    changes.map(({ key, value }) => [Buffer.from(key), value] as const),
  );
  const { root, written } = await readNodesLater(update, (hashes) => map.nodes(hashes));
  const to = { size: end, root, treeRoot: (await headOf(log, end)).root };
  await map.advance({ from: from.size, to, changes, nodes: written });
  return to;
}

type KeyedLeaf = Pick<SealedEvent, 'leafIndex' | 'leafHash'>;

/** What a key holds after more of its leaves, in ledger order. */
export const chainOver = (
  leaves: readonly Pick<SealedEvent, 'leafHash'>[],
  before?: MapValue,
): MapValue | undefined =>
  leaves.reduce<MapValue | undefined>((value, { leafHash }) => extendChain(value, leafHash), before);

async function keyedLeaves(
  source: MapSource,
  from: number,
  until: number,
): Promise<ReadonlyMap<string, readonly KeyedLeaf[]>> {
  const { log, kinds } = source;
  const keyed = new Map<string, KeyedLeaf[]>();
  const waiting = new WaitingCorrections(source, from);
  for await (const sealed of log.readSealed({ from, until })) {
    const event = decodeEvent(sealed);
    const { leafIndex, leafHash } = sealed;
    const before = {
      target: await targetKindOf(source, event),
      waiting: await waiting.correctionsOf(event),
    };
    for (const key of mapKeysOf(event, kinds, before)) push(keyed, key, { leafIndex, leafHash });
    waiting.take(event);
  }
  return keyed;
}

async function targetKindOf(
  { eventAt, kinds }: MapSource,
  { subject, correctsrevision }: RecordedEvent,
): Promise<Kind | undefined> {
  const target = correctsrevision === undefined ? undefined : await eventAt(subject, correctsrevision);
  return target === undefined ? undefined : kinds.get(target.type);
}
