import { accept, reject, type Result, type Touchpoint } from '@rapport/kernel';
import { defineLifecycle } from '../define-lifecycle.js';
import type { TermMoved } from './term-moved.payload.js';

/** The stages of a negotiation and its contract by the kind that reaches them. */
const STAGES = {
  'rapport.negotiation.NegotiationOpened.v1': 'open',
  'rapport.negotiation.TermProposed.v1': 'proposed',
  'rapport.negotiation.TermCountered.v1': 'countered',
  'rapport.negotiation.TermAccepted.v1': 'accepted',
  'rapport.negotiation.TermRejected.v1': 'rejected',
  'rapport.negotiation.ContractSigned.v1': 'signed',
  'rapport.negotiation.ContractAmended.v1': 'amended',
  'rapport.negotiation.ContractRenewed.v1': 'renewed',
  'rapport.negotiation.ContractTerminated.v1': 'terminated',
  'rapport.negotiation.NegotiationAbandoned.v1': 'abandoned',
} as const;
type NegotiationType = keyof typeof STAGES;

interface NegotiationState {
  readonly opened: boolean;
  readonly abandoned: boolean;
  readonly signed: boolean;
  /** Clauses that were proposed or countered. */
  readonly clauses: ReadonlySet<string>;
  readonly stage: 'none' | (typeof STAGES)[NegotiationType];
}

const clauseOf = (event: Touchpoint): string => (event.data as unknown as TermMoved).clause;

function evolve(state: NegotiationState, event: Touchpoint): NegotiationState {
  const stage = STAGES[event.type as NegotiationType];
  switch (stage) {
    case 'open':
      // Back at the table after giving up; otherwise what begins it never moves it back, since times may be equal.
      return {
        ...state,
        opened: true,
        abandoned: false,
        stage: state.stage === 'none' || state.abandoned ? stage : state.stage,
      };
    case 'proposed':
    case 'countered':
      return {
        ...state,
        clauses: state.clauses.has(clauseOf(event))
          ? state.clauses
          : new Set(state.clauses).add(clauseOf(event)),
        stage,
      };
    case 'signed':
      return { ...state, signed: true, stage };
    case 'abandoned':
      return { ...state, abandoned: true, stage };
    case 'accepted':
    case 'rejected':
    case 'amended':
    case 'renewed':
    case 'terminated':
      return { ...state, stage };
  }
}

function decide(before: NegotiationState, all: NegotiationState, event: Touchpoint): Result<void> {
  const stage = STAGES[event.type as NegotiationType];
  switch (stage) {
    case 'proposed':
    case 'countered':
    case 'accepted':
    case 'rejected':
      if (before.signed || before.abandoned) {
        const instead = before.signed
          ? 'record ContractAmended, or open another negotiation'
          : 'record NegotiationOpened again, or open another negotiation';
        return reject('NEGOTIATION_CLOSED', `This negotiation had ended by that time: ${instead}.`, {
          pointer: '/episode',
        });
      }
      return stage === 'accepted' && !before.clauses.has(clauseOf(event))
        ? reject(
            'TERM_NOT_PROPOSED',
            'This clause was not proposed in this negotiation by that time: record TermProposed first.',
            { pointer: '/data/clause' },
          )
        : accept(undefined);
    case 'signed':
      return all.signed
        ? reject(
            'CONTRACT_ALREADY_SIGNED',
            'The contract of this negotiation is signed already: record ContractAmended or ContractRenewed, or open another negotiation.',
            { pointer: '/episode' },
          )
        : accept(undefined);
    case 'amended':
    case 'renewed':
    case 'terminated':
      return before.signed
        ? accept(undefined)
        : reject(
            'CONTRACT_NOT_SIGNED',
            'No contract was signed in this negotiation by that time: record ContractSigned first.',
            { pointer: '/episode' },
          );
    case 'open':
    case 'abandoned':
      return accept(undefined);
  }
}

/**
 * A negotiation and the contract that comes of it. Terms may arrive before the opening; they wait for it. A contract is
 * signed once in an episode, whatever the times; moves on terms end with the signature or when the sides give up.
 */
export const negotiationLifecycle = defineLifecycle<NegotiationState>({
  name: 'negotiation',
  types: Object.keys(STAGES),
  episodeRequired: true,
  initial: () => ({ opened: false, abandoned: false, signed: false, clauses: new Set(), stage: 'none' }),
  evolve,
  decide,
  awaitsBeginning: (state) => state.stage !== 'none' && !state.opened,
  stage: (state) => state.stage,
});
