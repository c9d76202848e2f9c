import { describe, it } from '@jest/globals';
import type { JsonObject, Touchpoint } from '@rapport/kernel';
import { lifecycleStories } from '@rapport/testing';
import { kinds } from '../registry.js';

const { given } = lifecycleStories(kinds);

const on = (name: string, day: number, data: JsonObject = {}, episode = 'complaint-1'): Touchpoint => ({
  id: `${name}-${day}`,
  source: 'urn:example:crm',
  type: `rapport.complaint.${name}.v1`,
  subject: 'relationship/c-1001',
  time: `2026-03-${String(day).padStart(2, '0')}T09:00:00.000Z`,
  episode,
  data,
});

const received = on('ComplaintReceived', 2, { category: 'delivery', severity: 'major' });
const offered = on('RemedyOffered', 4);
const closed = on('ComplaintClosed', 6, { satisfied: true });

describe('a complaint', () => {
  it('goes through the stages of ISO 10002', () => {
    given().when(received).thenAccepted({ stage: 'received', awaitsBeginning: false });
    given(received).when(on('ComplaintAcknowledged', 2)).thenAccepted({ stage: 'acknowledged' });
    given(received).when(on('ComplaintAssessed', 3)).thenAccepted({ stage: 'assessed' });
    given(received).when(on('ComplaintInvestigated', 3)).thenAccepted({ stage: 'investigated' });
    given(received).when(offered).thenAccepted({ stage: 'remedyOffered' });
    given(received, offered).when(on('RemedyAccepted', 5)).thenAccepted({ stage: 'remedyAccepted' });
    given(received).when(on('ComplaintResponded', 5)).thenAccepted({ stage: 'responded' });
    given(received).when(closed).thenAccepted({ stage: 'closed' });
  });

  it('that is closed before it is known to be made awaits its beginning', () => {
    given().when(closed).thenAccepted({ stage: 'closed', awaitsBeginning: true });
    given(closed).when(received).thenAccepted({ stage: 'closed', awaitsBeginning: false });
  });

  it('is remedied only when somebody made it', () => {
    given().when(offered).thenRejected('COMPLAINT_NOT_FOUND');
    given().when(on('RemedyAccepted', 5)).thenRejected('COMPLAINT_NOT_FOUND');
    given(on('ComplaintReceived', 2, { category: 'delivery', severity: 'major' }, 'complaint-2'))
      .when(offered)
      .thenRejected('COMPLAINT_NOT_FOUND');
  });

  it('is remedied only after it was made, in whatever order the facts arrive', () => {
    given(received).when(on('RemedyOffered', 1)).thenRejected('COMPLAINT_NOT_FOUND');
    given(closed, received).when(offered).thenAccepted({ stage: 'closed' });
  });

  it('has no remedy accepted that was not offered by then', () => {
    given(received).when(on('RemedyAccepted', 5)).thenRejected('REMEDY_NOT_OFFERED');
    given(received, on('RemedyOffered', 8)).when(on('RemedyAccepted', 5)).thenRejected('REMEDY_NOT_OFFERED');
  });

  it('stays closed, whatever comes in late, until it is disputed', () => {
    given(received, closed).when(on('ComplaintResponded', 7)).thenAccepted({ stage: 'closed' });
    given(received, closed).when(on('ComplaintDisputed', 8)).thenAccepted({ stage: 'disputed' });
    given(received, closed, on('ComplaintDisputed', 8))
      .when(on('ComplaintInvestigated', 9))
      .thenAccepted({ stage: 'investigated' });
  });
});
