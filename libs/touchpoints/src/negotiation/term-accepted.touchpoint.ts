import { defineKind } from '../define-kind.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';
import { moveText, TermMoved } from './term-moved.payload.js';

/** A side agreed to a clause. */
export class TermAccepted extends TermMoved {}

export const termAccepted = defineKind({
  family: 'negotiation',
  name: 'TermAccepted',
  version: 1,
  description: 'One side agreed to a clause that was proposed or countered.',
  payload: TermAccepted,
  headline: ({ data }) => `Term accepted (${moveText(data)}).`,
  lifecycle: negotiationLifecycle,
  example: {
    direction: 'outbound',
    episode: 'negotiation-6',
    time: '2026-02-04T09:00:00.000Z',
    data: { clause: 'price', value: '2% discount', round: 2 },
  },
});
