import type { Reader } from './reader.js';
import type { ServerEvent } from './wire/read-answer.js';

/** Read side by side; within each, what lies together is read together. */
const LANES = 8;
const LANE_POSITIONS_MIN = 8;
const READ_TOGETHER_MAX = 512;

/** The tenant's events at these positions, as far as there are any. @throws RapportError */
export async function eventsAt(
  reader: Reader,
  positions: readonly bigint[],
): Promise<ReadonlyMap<bigint, ServerEvent>> {
  const wanted = [...new Set(positions)].sort((a, b) => (a < b ? -1 : 1));
  const found = new Map<bigint, ServerEvent>();
  const size = Math.max(LANE_POSITIONS_MIN, Math.ceil(wanted.length / LANES));
  const lanes: Promise<void>[] = [];
  for (let at = 0; at < wanted.length; at += size)
    lanes.push(readLane(reader, wanted.slice(at, at + size), found));
  await Promise.all(lanes);
  return found;
}

/** Asks for one event, then for twice as many as long as all that came were wanted, and for one again otherwise. */
async function readLane(
  reader: Reader,
  wanted: readonly bigint[],
  found: Map<bigint, ServerEvent>,
): Promise<void> {
  let together = 1;
  for (let at = 0; at < wanted.length;) {
    const events = (await reader.from(wanted[at] as bigint, Math.min(together, wanted.length - at))) ?? [];
    let hits = 0;
    for (const event of events) {
      while (at < wanted.length && (wanted[at] as bigint) < event.commit) at++;
      if (wanted[at] !== event.commit) break;
      found.set(event.commit, event);
      hits++;
      at++;
    }
    if (events.length === 0) at++; // nothing begins there, or after it
    together = hits === events.length && hits > 0 ? Math.min(together * 2, READ_TOGETHER_MAX) : 1;
  }
}
