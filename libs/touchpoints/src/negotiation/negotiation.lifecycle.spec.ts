import { describe, it } from '@jest/globals';
import type { Touchpoint } from '@rapport/kernel';
import { lifecycleStories } from '@rapport/testing';
import { kinds } from '../registry.js';

const { given } = lifecycleStories(kinds);

const on = (name: string, day: number, clause = 'price'): Touchpoint => ({
  id: `${name}-${day}-${clause}`,
  source: 'urn:example:crm',
  type: `rapport.negotiation.${name}.v1`,
  subject: 'relationship/c-1001',
  time: `2026-02-${String(day).padStart(2, '0')}T09:00:00.000Z`,
  episode: 'negotiation-1',
  data: name.startsWith('Term') ? { clause, value: '2% discount' } : {},
});

const opened = on('NegotiationOpened', 1);
const proposed = on('TermProposed', 2);
const signed = on('ContractSigned', 10);
const abandoned = on('NegotiationAbandoned', 10);
const MOVES = ['TermProposed', 'TermCountered', 'TermAccepted', 'TermRejected'];

describe('a negotiation', () => {
  it('goes from the table to the contract and its end', () => {
    given().when(opened).thenAccepted({ stage: 'open', awaitsBeginning: false });
    given(opened).when(proposed).thenAccepted({ stage: 'proposed' });
    given(opened, proposed).when(on('TermCountered', 3)).thenAccepted({ stage: 'countered' });
    given(opened, proposed).when(on('TermAccepted', 4)).thenAccepted({ stage: 'accepted' });
    given(opened, proposed).when(on('TermRejected', 4)).thenAccepted({ stage: 'rejected' });
    given(opened, proposed).when(signed).thenAccepted({ stage: 'signed' });
    given(opened, signed).when(on('ContractAmended', 20)).thenAccepted({ stage: 'amended' });
    given(opened, signed).when(on('ContractRenewed', 21)).thenAccepted({ stage: 'renewed' });
    given(opened, signed).when(on('ContractTerminated', 22)).thenAccepted({ stage: 'terminated' });
    given(opened).when(abandoned).thenAccepted({ stage: 'abandoned' });
  });

  it('whose terms are told before its opening awaits its beginning', () => {
    given().when(proposed).thenAccepted({ stage: 'proposed', awaitsBeginning: true });
    given(proposed).when(opened).thenAccepted({ stage: 'proposed', awaitsBeginning: false });
  });

  it('has no moves on terms once it has ended, and takes in late those made before', () => {
    for (const end of [signed, abandoned]) {
      for (const move of MOVES) {
        given(opened, proposed, end).when(on(move, 11)).thenRejected('NEGOTIATION_CLOSED');
        given(opened, proposed, end)
          .when(on(move, 5))
          .thenAccepted({ stage: end === signed ? 'signed' : 'abandoned' });
      }
    }
  });

  it('goes on when the sides come back after giving up', () => {
    given(opened, abandoned, on('NegotiationOpened', 12))
      .when(on('TermProposed', 13))
      .thenAccepted({ stage: 'proposed' });
  });

  it('has no clause accepted that nobody proposed by then', () => {
    given(opened).when(on('TermAccepted', 4)).thenRejected('TERM_NOT_PROPOSED');
    given(opened, proposed)
      .when(on('TermAccepted', 4, 'exclusivity'))
      .thenRejected('TERM_NOT_PROPOSED');
    given(opened, on('TermProposed', 6)).when(on('TermAccepted', 4)).thenRejected('TERM_NOT_PROPOSED');
    given(opened, on('TermCountered', 3)).when(on('TermAccepted', 4)).thenAccepted({ stage: 'accepted' });
  });

  it('ends in one contract, whatever the times', () => {
    given(opened, signed).when(on('ContractSigned', 12)).thenRejected('CONTRACT_ALREADY_SIGNED');
    given(opened, signed).when(on('ContractSigned', 5)).thenRejected('CONTRACT_ALREADY_SIGNED');
  });

  it('has a contract to amend, renew or terminate only after it was signed', () => {
    for (const change of ['ContractAmended', 'ContractRenewed', 'ContractTerminated']) {
      given(opened).when(on(change, 20)).thenRejected('CONTRACT_NOT_SIGNED');
      given(opened, signed).when(on(change, 5)).thenRejected('CONTRACT_NOT_SIGNED');
    }
  });
});
