import { describe, it } from '@jest/globals';
import type { JsonObject, Touchpoint } from '@rapport/kernel';
import { lifecycleStories } from '@rapport/testing';
import { kinds } from '../registry.js';

const { given } = lifecycleStories(kinds);

const on = (name: string, day: number, data: JsonObject = {}): Touchpoint => ({
  id: `${name}-${day}`,
  source: 'urn:example:crm',
  type: `rapport.inquiry.${name}.v1`,
  subject: 'relationship/c-1001',
  time: `2026-02-0${day}T09:00:00.000Z`,
  episode: 'inquiry-1',
  data,
});

const received = on('InquiryReceived', 1, { topic: 'delivery' });

describe('an inquiry', () => {
  it('goes from the question to what came of it', () => {
    given().when(received).thenAccepted({ stage: 'received', awaitsBeginning: false });
    given(received).when(on('InquiryAnswered', 2)).thenAccepted({ stage: 'answered' });
    given(received)
      .when(on('AdviceGiven', 3, { alternatives: ['a'], chosen: 'a' }))
      .thenAccepted({ stage: 'advised' });
    given(received)
      .when(on('FitConfirmed', 4, { fits: true }))
      .thenAccepted({ stage: 'fits' });
    given(received)
      .when(on('FitConfirmed', 4, { fits: false }))
      .thenAccepted({ stage: 'doesNotFit' });
  });

  it('that is answered before its question is known awaits its beginning', () => {
    given().when(on('InquiryAnswered', 2)).thenAccepted({ stage: 'answered', awaitsBeginning: true });
    given(on('InquiryAnswered', 2))
      .when(received)
      .thenAccepted({ stage: 'answered', awaitsBeginning: false });
  });

  it('may stand alone, without an episode', () => {
    const { episode: _none, ...alone } = on('AdviceGiven', 3, { alternatives: ['a'], chosen: 'a' });
    given(received).when(alone).thenAccepted({ stage: 'advised', awaitsBeginning: true });
  });
});
