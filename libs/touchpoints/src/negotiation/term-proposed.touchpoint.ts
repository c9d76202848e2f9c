import { defineKind } from '../define-kind.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';
import { moveText, TermMoved } from './term-moved.payload.js';

/** A side proposed a clause. */
export class TermProposed extends TermMoved {}

export const termProposed = defineKind({
  family: 'negotiation',
  name: 'TermProposed',
  version: 1,
  description: 'One side proposed what a clause should say.',
  payload: TermProposed,
  headline: ({ data }) => `Term proposed (${moveText(data)}).`,
  lifecycle: negotiationLifecycle,
  example: {
    direction: 'outbound',
    episode: 'negotiation-6',
    time: '2026-02-02T09:00:00.000Z',
    data: { clause: 'price', value: 'list price', round: 1 },
  },
});
