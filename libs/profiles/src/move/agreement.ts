import { RapportError } from '@rapport/kernel';
import type { SaltedEvent } from '@rapport/ledger';

/** How far a target holds what a source does. */
export interface Agreement {
  /** Number of the first events of the source that stand in the target, the same and in the same order. */
  readonly count: number;
  /** Position in the source of the last of them; 0n when there is none. */
  readonly after: bigint;
  /** The first event that the target holds beyond all of the source; undefined when there is none. */
  readonly beyond: SaltedEvent | undefined;
}

/** How often it is told how far a comparison has come. */
const TOLD_EVERY = 1_000;

/**
 * Compares two ledgers event by event: id, content, recorded time, salt, place in the stream, and their order.
 * @throws RapportError `WRONG_EXPECTED_REVISION` naming the first event that differs
 */
export async function agreement(
  source: AsyncIterable<SaltedEvent>,
  target: AsyncIterable<SaltedEvent>,
  onEvent: (count: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Agreement> {
  const ours = source[Symbol.asyncIterator]();
  let [count, after] = [0, 0n];
  try {
    for await (const standing of target) {
      signal?.throwIfAborted();
      const { value: event, done } = await ours.next();
      if (done === true) return { count, after, beyond: standing };
      const what = differenceOf(event, standing);
      if (what !== undefined) throw differs(count, event, standing, what);
      after = event.position;
      if (++count % TOLD_EVERY === 0) onEvent(count);
    }
    return { count, after, beyond: undefined };
  } finally {
    await ours.return?.();
  }
}

/** What of an event is another in the target; undefined when it is the same. */
function differenceOf(event: SaltedEvent, standing: SaltedEvent): string | undefined {
  for (const member of ['stream', 'revision', 'id', 'type', 'recordedAtMs', 'body'] as const)
    if (event[member] !== standing[member]) return NAMES[member];
  return Buffer.compare(event.salt, standing.salt) === 0 ? undefined : 'salt';
}

const NAMES = {
  stream: 'stream',
  revision: 'revision',
  id: 'id',
  type: 'type',
  recordedAtMs: 'recorded time',
  body: 'content',
} as const;

const differs = (count: number, event: SaltedEvent, standing: SaltedEvent, what: string): RapportError =>
  new RapportError(
    'WRONG_EXPECTED_REVISION',
    `The target holds something else: event ${count} (counted from 0) is revision ${event.revision} of ${event.stream} in the source, and revision ${standing.revision} of ${standing.stream} in the target, and they differ in their ${what}. ${BEGIN_EMPTY}`,
    { facts: { event: count, differs: what } },
  );

/** @returns the refusal of a target that goes on beyond its source */
export const goesOn = ({ count }: Agreement, { stream, revision, type }: SaltedEvent): RapportError =>
  new RapportError(
    'WRONG_EXPECTED_REVISION',
    `The target holds something else: beyond the ${count} events of the source it has revision ${revision} of ${stream} (${type}). ${BEGIN_EMPTY}`,
    { facts: { event: count, differs: 'existence' } },
  );

const BEGIN_EMPTY =
  'Nothing was changed in it from there on: move to a place that is empty, such as another data folder, or another RAPPORT_EVENTSTOREDB_PREFIX with other databases.';
