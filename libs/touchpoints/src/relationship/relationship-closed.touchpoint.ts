import { defineKind } from '../define-kind.js';
import { Label } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A relationship ended. */
export class RelationshipClosed extends Payload {
  @Label('Why it ended', { lengthMax: 200 }) readonly reason!: string;
}

export const relationshipClosed = defineKind({
  family: 'relationship',
  name: 'RelationshipClosed',
  version: 1,
  description: 'The relationship with the party ended.',
  payload: RelationshipClosed,
  headline: ({ data }) => `Relationship closed: ${data.reason}.`,
  signals: () => [{ name: 'relationship.closed' }],
  example: { time: '2026-06-05T08:00:00.000Z', data: { reason: 'moved abroad' } },
});
