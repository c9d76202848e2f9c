import type { Ledger } from '@rapport/ledger';
import type { TouchpointOutcome } from './record-touchpoints.command.js';

/** What an answer waits for beyond durability. */
export type Wait = 'sealed' | 'published';

/** What is said about the proof of the event at a position. */
export type Proven = (position: bigint) => {
  readonly leafIndex?: number;
  readonly treeSize?: number;
};

export const NOTHING_PROVEN: Proven = () => ({});

/** Heads are signed every second. */
const WAIT_MS_MAX = 10_000;

/**
 * Waits until everything that was recorded is sealed, or published.
 * @throws RapportError `WAIT_TIMEOUT`, `LOG_NOT_SIGNED`: the events are recorded all the same
 */
export async function waitForProof(
  { log }: Pick<Ledger, 'log'>,
  outcomes: readonly TouchpointOutcome[],
  wait: Wait,
): Promise<Proven> {
  const positions = outcomes.flatMap((outcome) => ('position' in outcome ? [outcome.position] : []));
  if (positions.length === 0) return NOTHING_PROVEN;
  const indexes = await log.sealed(positions, WAIT_MS_MAX);
  const leafIndexes = new Map(positions.map((position, place) => [position, indexes[place] as number]));
  const last = positions.reduce((a, b) => (a > b ? a : b));
  const head = wait === 'published' ? await log.published(last, WAIT_MS_MAX) : undefined;
  return (position) => {
    const leafIndex = leafIndexes.get(position);
    return {
      ...(leafIndex === undefined ? {} : { leafIndex }),
      ...(head === undefined ? {} : { treeSize: head.size }),
    };
  };
}
