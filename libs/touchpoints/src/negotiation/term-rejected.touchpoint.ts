import { defineKind } from '../define-kind.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';
import { moveText, TermMoved } from './term-moved.payload.js';

/** A side refused a clause. */
export class TermRejected extends TermMoved {}

export const termRejected = defineKind({
  family: 'negotiation',
  name: 'TermRejected',
  version: 1,
  description: 'One side refused a clause.',
  payload: TermRejected,
  headline: ({ data }) => `Term rejected (${moveText(data)}).`,
  lifecycle: negotiationLifecycle,
  example: {
    direction: 'outbound',
    episode: 'negotiation-6',
    time: '2026-02-04T10:00:00.000Z',
    data: { clause: 'exclusivity', value: 'five years', round: 2 },
  },
});
