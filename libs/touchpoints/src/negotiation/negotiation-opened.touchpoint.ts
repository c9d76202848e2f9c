import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';

/** The sides began to negotiate. */
export class NegotiationOpened extends Payload {
  @Optional() @Label('What it is about', { lengthMax: 200 }) readonly topic?: string;
}

export const negotiationOpened = defineKind({
  family: 'negotiation',
  name: 'NegotiationOpened',
  version: 1,
  description: 'The firm and the party began to negotiate.',
  payload: NegotiationOpened,
  headline: ({ data }) =>
    data.topic === undefined ? 'Negotiation opened.' : `Negotiation opened about ${data.topic}.`,
  lifecycle: negotiationLifecycle,
  example: {
    channel: 'inPerson',
    episode: 'negotiation-6',
    time: '2026-02-01T09:00:00.000Z',
    data: { topic: 'framework contract' },
  },
});
