import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** Help arrived. */
export class SupportResolved extends Payload {
  @Optional() @Label('What solved it', { lengthMax: 200 }) readonly resolution?: string;
}

export const supportResolved = defineKind({
  family: 'support',
  name: 'SupportResolved',
  version: 1,
  description: 'What the party had asked help for was solved.',
  payload: SupportResolved,
  headline: ({ data }) =>
    data.resolution === undefined
      ? 'Support request resolved.'
      : `Support request resolved: ${data.resolution}.`,
  signals: () => [{ name: 'support.resolved' }],
  example: {
    channel: 'callCentre',
    direction: 'outbound',
    episode: 'ticket-77',
    time: '2026-03-04T11:00:00.000Z',
    data: { resolution: 'new firmware', effortMinutes: 30 },
  },
});
