import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** Help did not last. */
export class SupportReopened extends Payload {
  @Optional() @Label('Why', { lengthMax: 200 }) readonly reason?: string;
}

export const supportReopened = defineKind({
  family: 'support',
  name: 'SupportReopened',
  version: 1,
  description: 'What had been solved came up again.',
  payload: SupportReopened,
  headline: ({ data }) =>
    data.reason === undefined ? 'Support request reopened.' : `Support request reopened: ${data.reason}.`,
  signals: () => [{ name: 'support.reopened' }],
  example: {
    channel: 'callCentre',
    direction: 'inbound',
    episode: 'ticket-77',
    time: '2026-03-07T09:00:00.000Z',
    data: { reason: 'connection lost again' },
  },
});
