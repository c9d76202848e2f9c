import { accept, partyOfSubject, reject, type Result, type Touchpoint } from '@rapport/kernel';
import { defineLifecycle } from '../define-lifecycle.js';
import type { ReferralAccepted } from './referral-accepted.touchpoint.js';

/** The steps of a referral by the kind that reaches them. */
const STEPS = {
  'rapport.referral.ReferralMade.v1': 'made',
  'rapport.referral.ReferralAccepted.v1': 'accepted',
  'rapport.referral.ReferralConverted.v1': 'converted',
  'rapport.referral.ReferralRejected.v1': 'rejected',
} as const;
type ReferralType = keyof typeof STEPS;
type Step = (typeof STEPS)[ReferralType];

interface ProspectState {
  readonly made: boolean;
  readonly converted: boolean;
  readonly rejected: boolean;
}

/** An episode may bring several prospects: each has a state of its own. */
interface ReferralState {
  readonly prospects: ReadonlyMap<string, ProspectState>;
  readonly stage: 'none' | Step;
}

const UNKNOWN: ProspectState = { made: false, converted: false, rejected: false };

const prospectOf = (event: Touchpoint): string => (event.data as unknown as ReferralAccepted).prospect;

function evolve(state: ReferralState, event: Touchpoint): ReferralState {
  const step = STEPS[event.type as ReferralType];
  const known = state.prospects.get(prospectOf(event)) ?? UNKNOWN;
  const next: ProspectState = {
    made: known.made || step === 'made',
    converted: known.converted || step === 'converted',
    rejected: step === 'rejected' || (known.rejected && step !== 'made'), // referred again after a rejection: a new attempt
  };
  return { prospects: new Map(state.prospects).set(prospectOf(event), next), stage: stageAfter(state, step) };
}

/** What begins a referral never moves it back, since times may be equal; after a rejection it begins again. */
const stageAfter = (state: ReferralState, step: Step): ReferralState['stage'] =>
  step === 'made' && state.stage !== 'none' && state.stage !== 'rejected' ? state.stage : step;

function decide(before: ReferralState, all: ReferralState, event: Touchpoint): Result<void> {
  const step = STEPS[event.type as ReferralType];
  const prospect = prospectOf(event);
  if (step === 'rejected') return accept(undefined); // also of oneself: that is one of its reasons
  if (prospect === partyOfSubject(event.subject)) {
    return reject('REFERRAL_SELF', 'A party cannot refer itself: name another prospect.', {
      pointer: '/data/prospect',
    });
  }
  if (step === 'made') return accept(undefined);
  if (before.prospects.get(prospect)?.rejected === true) {
    return reject(
      'REFERRAL_CLOSED',
      'This referral was rejected by that time: record another ReferralMade first.',
      { pointer: '/data/prospect' },
    );
  }
  if (step === 'converted' && all.prospects.get(prospect)?.converted === true) {
    return reject(
      'REFERRAL_CLOSED',
      'This referral was converted already: later sales to the prospect are plain sales. Correct the first conversion if it was wrong.',
      { pointer: '/data/prospect' },
    );
  }
  return accept(undefined);
}

/**
 * A referral from the word of the referrer to the sale. It lives in the referrer's stream, in the episode it names or
 * else one for each prospect. A prospect is converted once in an episode, whatever the times: a second conversion would
 * be rewarded twice.
 */
export const referralLifecycle = defineLifecycle<ReferralState>({
  name: 'referral',
  types: Object.keys(STEPS),
  episodeRequired: false,
  episodeOf: (event) => event.episode ?? prospectOf(event),
  initial: () => ({ prospects: new Map(), stage: 'none' }),
  evolve,
  decide,
  awaitsBeginning: (state) => [...state.prospects.values()].some(({ made }) => !made),
  stage: (state) => state.stage,
});
