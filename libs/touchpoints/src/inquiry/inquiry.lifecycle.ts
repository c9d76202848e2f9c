import { accept, type Touchpoint } from '@rapport/kernel';
import { defineLifecycle } from '../define-lifecycle.js';
import type { FitConfirmed } from './fit-confirmed.touchpoint.js';

const TYPES = [
  'rapport.inquiry.InquiryReceived.v1',
  'rapport.inquiry.InquiryAnswered.v1',
  'rapport.inquiry.AdviceGiven.v1',
  'rapport.inquiry.FitConfirmed.v1',
] as const;
type InquiryType = (typeof TYPES)[number];

interface InquiryState {
  readonly received: boolean;
  readonly stage: 'none' | 'received' | 'answered' | 'advised' | 'fits' | 'doesNotFit';
}

function evolve(state: InquiryState, event: Touchpoint): InquiryState {
  switch (event.type as InquiryType) {
    case 'rapport.inquiry.InquiryReceived.v1':
      return { received: true, stage: state.stage === 'none' ? 'received' : state.stage };
    case 'rapport.inquiry.InquiryAnswered.v1':
      return { ...state, stage: 'answered' };
    case 'rapport.inquiry.AdviceGiven.v1':
      return { ...state, stage: 'advised' };
    case 'rapport.inquiry.FitConfirmed.v1':
      return { ...state, stage: (event.data as unknown as FitConfirmed).fits ? 'fits' : 'doesNotFit' };
  }
}

/**
 * An inquiry from the question to what came of it. Nothing is impossible here: an answer may be recorded before its
 * question, and an advice may answer nobody; so an episode is not required either.
 */
export const inquiryLifecycle = defineLifecycle<InquiryState>({
  name: 'inquiry',
  types: TYPES,
  episodeRequired: false,
  initial: () => ({ received: false, stage: 'none' }),
  evolve,
  decide: () => accept(undefined),
  awaitsBeginning: (state) => state.stage !== 'none' && !state.received,
  stage: (state) => state.stage,
});
