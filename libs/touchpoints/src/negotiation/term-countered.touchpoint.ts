import { defineKind } from '../define-kind.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';
import { moveText, TermMoved } from './term-moved.payload.js';

/** A side answered a proposal with another. */
export class TermCountered extends TermMoved {}

export const termCountered = defineKind({
  family: 'negotiation',
  name: 'TermCountered',
  version: 1,
  description: 'One side answered a proposed clause with a proposal of its own.',
  payload: TermCountered,
  headline: ({ data }) => `Term countered (${moveText(data)}).`,
  lifecycle: negotiationLifecycle,
  example: {
    direction: 'inbound',
    episode: 'negotiation-6',
    time: '2026-02-03T09:00:00.000Z',
    data: { clause: 'price', value: '2% discount', round: 2 },
  },
});
