import assert from 'node:assert/strict';
import {
  compareTimeOrder,
  type ErrorCode,
  type Kinds,
  type Lifecycle,
  type Touchpoint,
} from '@rapport/kernel';

/** What an accepted event leaves behind. */
export interface Outcome {
  /** The stage that the episode has reached with the event. */
  readonly stage?: string;
  /** Whether the episode still lacks the event that begins it. */
  readonly awaitsBeginning?: boolean;
}

/** The last part of the sentence: what became of the event. */
export interface Decision {
  readonly thenAccepted: (outcome?: Outcome) => void;
  readonly thenRejected: (code: ErrorCode) => void;
}

/**
 * One grammar for specs of life cycles: given what is known, when one more event is told, then it is accepted or
 * rejected. What is known may be given in any order of arrival: it is folded in its own time, as the engine does.
 * @example
 * const { given } = lifecycleStories(kinds);
 * given(received).when(closed).thenAccepted({ stage: 'closed' });
 * given().when(remedyOffered).thenRejected('COMPLAINT_NOT_FOUND');
 */
export function lifecycleStories(kinds: Kinds): {
  readonly given: (...known: readonly Touchpoint[]) => { readonly when: (event: Touchpoint) => Decision };
} {
  return {
    given: (...known) => ({
      when: (event) => {
        const lifecycle = lifecycleOf(kinds, event);
        const episode = episodeOf(lifecycle, event);
        const mates =
          episode === undefined
            ? []
            : known.filter(
                (other) => lifecycle.types.includes(other.type) && episodeOf(lifecycle, other) === episode,
              );
        const fold = (events: readonly Touchpoint[]): unknown =>
          events.toSorted(compareTimeOrder).reduce(lifecycle.evolve, lifecycle.initial());
        const decided = lifecycle.decide(
          fold(mates.filter(({ time }) => time <= event.time)),
          fold(mates),
          event,
        );
        return {
          thenAccepted: (outcome = {}) => {
            assert.ok(
              decided.ok,
              decided.ok
                ? ''
                : `accepted was expected, but ${decided.rejection.code}: ${decided.rejection.message}`,
            );
            const after = fold([...mates, event]);
            if (outcome.stage !== undefined) assert.equal(lifecycle.stage(after), outcome.stage);
            if (outcome.awaitsBeginning !== undefined)
              assert.equal(lifecycle.awaitsBeginning(after), outcome.awaitsBeginning);
          },
          thenRejected: (code) => {
            assert.equal(decided.ok ? 'accepted' : decided.rejection.code, code);
          },
        };
      },
    }),
  };
}

function lifecycleOf(kinds: Kinds, event: Touchpoint): Lifecycle {
  const lifecycle = kinds.get(event.type)?.lifecycle;
  assert.ok(lifecycle !== undefined, `${event.type} has no life cycle`);
  return lifecycle;
}

const episodeOf = (lifecycle: Lifecycle, event: Touchpoint): string | undefined =>
  lifecycle.episodeOf === undefined ? event.episode : lifecycle.episodeOf(event);
