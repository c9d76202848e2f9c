import { reject, type Rejection } from '@rapport/kernel';
import type { Candidate } from './planned-append.js';
import type { StreamState } from './stream-state.js';

/** Whether a touchpoint is possible after what its stream holds; the rejection says why not. */
export function decide(candidate: Candidate, state: StreamState): Rejection | undefined {
  const { touchpoint, kind } = candidate;
  const merges = kind.effect === 'merge' || kind.effect === 'unmerge';
  if (merges && kind.names(touchpoint.data).some((party) => touchpoint.subject === `relationship/${party}`)) {
    return reject(
      'MERGE_SELF',
      `${touchpoint.subject} cannot be merged with itself: name another absorbed party.`,
      { pointer: '/data/absorbed' },
    ).rejection;
  }
  const { lifecycle } = kind;
  if (lifecycle === undefined) return undefined;
  const { before, all } = state.around(lifecycle, candidate);
  const decision = lifecycle.decide(before, all, touchpoint);
  return decision.ok ? undefined : decision.rejection;
}
