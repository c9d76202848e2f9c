import { accept, reject, type Result, type Touchpoint } from '@rapport/kernel';
import { defineLifecycle } from '../define-lifecycle.js';

/** The stages of ISO 10002 by the kind that reaches them. */
const STAGES = {
  'rapport.complaint.ComplaintReceived.v1': 'received',
  'rapport.complaint.ComplaintAcknowledged.v1': 'acknowledged',
  'rapport.complaint.ComplaintAssessed.v1': 'assessed',
  'rapport.complaint.ComplaintInvestigated.v1': 'investigated',
  'rapport.complaint.RemedyOffered.v1': 'remedyOffered',
  'rapport.complaint.RemedyAccepted.v1': 'remedyAccepted',
  'rapport.complaint.ComplaintResponded.v1': 'responded',
  'rapport.complaint.ComplaintClosed.v1': 'closed',
  'rapport.complaint.ComplaintDisputed.v1': 'disputed',
} as const;
type ComplaintType = keyof typeof STAGES;

interface ComplaintState {
  readonly received: boolean;
  readonly remedyOffered: boolean;
  readonly stage: 'none' | (typeof STAGES)[ComplaintType];
}

function evolve(state: ComplaintState, event: Touchpoint): ComplaintState {
  const reached = STAGES[event.type as ComplaintType];
  // Only a dispute opens a closed complaint again, and what begins it never moves it back: times may be equal.
  const stays =
    (state.stage === 'closed' && reached !== 'disputed') ||
    (state.stage !== 'none' && reached === 'received');
  return {
    received: state.received || reached === 'received',
    remedyOffered: state.remedyOffered || reached === 'remedyOffered',
    stage: stays ? state.stage : reached,
  };
}

function decide(before: ComplaintState, _all: ComplaintState, event: Touchpoint): Result<void> {
  const reached = STAGES[event.type as ComplaintType];
  if (reached !== 'remedyOffered' && reached !== 'remedyAccepted') return accept(undefined);
  if (!before.received) {
    return reject(
      'COMPLAINT_NOT_FOUND',
      'No complaint was received in this episode by that time: record ComplaintReceived first, or name the right episode.',
      { pointer: '/episode' },
    );
  }
  if (reached === 'remedyAccepted' && !before.remedyOffered) {
    return reject(
      'REMEDY_NOT_OFFERED',
      'No remedy was offered in this episode by that time: record RemedyOffered first.',
      { pointer: '/episode' },
    );
  }
  return accept(undefined);
}

/**
 * A complaint from its receipt to its end. Every stage is a fact that may arrive late or out of order; only a remedy needs
 * a complaint before it in time, and its acceptance an offer: nothing else would say what it remedies.
 */
export const complaintLifecycle = defineLifecycle<ComplaintState>({
  name: 'complaint',
  types: Object.keys(STAGES),
  episodeRequired: true,
  initial: () => ({ received: false, remedyOffered: false, stage: 'none' }),
  evolve,
  decide,
  awaitsBeginning: (state) => state.stage !== 'none' && !state.received,
  stage: (state) => state.stage,
});
