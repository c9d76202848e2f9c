import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';

/** The sides gave up. */
export class NegotiationAbandoned extends Payload {
  @Optional() @Label('Why', { lengthMax: 200 }) readonly reason?: string;
}

export const negotiationAbandoned = defineKind({
  family: 'negotiation',
  name: 'NegotiationAbandoned',
  version: 1,
  description: 'The negotiation ended without a contract.',
  payload: NegotiationAbandoned,
  headline: ({ data }) =>
    data.reason === undefined ? 'Negotiation abandoned.' : `Negotiation abandoned: ${data.reason}.`,
  signals: () => [{ name: 'negotiation.abandoned' }],
  lifecycle: negotiationLifecycle,
  example: {
    episode: 'negotiation-7',
    time: '2026-02-20T09:00:00.000Z',
    data: { reason: 'no agreement on price' },
  },
});
