import { EMPTY_MAP_ROOT } from '@rapport/proof';
import { RapportError, type RecordedEvent } from '@rapport/kernel';
import type { Ledger } from '../ledger.js';
import type { CompletenessMap, MapState, ProofLog } from '../ports/index.js';
import { sealFacts, type SealKind } from './asking.js';
import type { SealedMap } from './write-bundle.js';

/** The ledger whose map is logged. */
export interface SealingParts {
  readonly ledger: Pick<Ledger, 'recordOwn' | 'stream' | 'log'>;
  readonly log: ProofLog;
  /** Needed for reading only. */
  readonly map: CompletenessMap;
  readonly seal: SealKind;
}

/** How many events of the seals' stream are read at a time. */
const SEALS_PER_READ = 50;
/** How long the leaf of a seal may take, where another process makes the leaves. */
const SEALING_MS_MAX = 30_000;

/**
 * The newest root of the completeness map that was logged; undefined when none ever was.
 * @example (await lastSeal({ ledger, log, map, seal }))?.treeSize
 */
export async function lastSeal({ ledger, log, seal }: SealingParts): Promise<SealedMap | undefined> {
  for (let from: number | undefined; from === undefined || from >= 0;) {
    const { events } = await ledger.stream(seal.stream, {
      direction: 'backwards',
      countMax: SEALS_PER_READ,
      ...(from === undefined ? {} : { from }),
    });
    for (const event of events) {
      const found = sealIn(event, seal);
      if (found === undefined) continue;
      const [sealIndex] = await log.leafIndexesOf([event.position]);
      if (sealIndex !== undefined) return { sealIndex, ...found };
    }
    from = (events.at(-1)?.revision ?? 0) - 1;
  }
  return undefined;
}

const sealIn = ({ type, source, data }: RecordedEvent, seal: SealKind): ReturnType<typeof sealFacts> =>
  type === seal.type && source === seal.source ? sealFacts(data) : undefined;

/**
 * Logs the root of the map, unless nothing was recorded since it was logged last: the ledger's own seals do not count, or
 * it would never rest.
 * @param advance brings the map to the end of the log
 * @param time when the seal is made: RFC 3339 UTC with milliseconds
 * @throws RapportError as recording and the map do
 */
export async function sealMap(
  parts: SealingParts,
  advance: () => Promise<MapState>,
  time: string,
): Promise<SealedMap> {
  const { ledger, seal } = parts;
  const last = await lastSeal(parts);
  if (last !== undefined && (await isProvable(parts.map, last)) && !(await hasNews(parts, last))) return last;
  const { size, root, treeRoot } = await advance();
  const outcome = await ledger.recordOwn({
    specversion: '1.0',
    id: `sealed-${size}`,
    source: seal.source,
    type: seal.type,
    subject: seal.stream,
    time,
    actorkind: 'system',
    data: { treeSize: size, rootHash: hex(treeRoot), mapRoot: hex(root) },
  });
  if (outcome.status === 'rejected') throw RapportError.from(outcome.rejection);
  const [sealIndex] = await ledger.log.sealed([outcome.position], SEALING_MS_MAX);
  return { sealIndex: sealIndex as number, treeSize: size, mapRoot: root };
}

/** Nodes are written with their root, and never removed but all together: where the root is, they are. */
async function isProvable(map: CompletenessMap, { mapRoot }: SealedMap): Promise<boolean> {
  if (Buffer.compare(mapRoot, EMPTY_MAP_ROOT) === 0) return true;
  return (await map.nodes([mapRoot]))[0] !== undefined;
}

async function hasNews({ log, seal }: SealingParts, { treeSize }: SealedMap): Promise<boolean> {
  for await (const { type } of log.readSealed({ from: treeSize })) if (type !== seal.type) return true;
  return false;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
