import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A relationship began again. */
export class RelationshipRevived extends Payload {
  @Optional() @Label('What brought the party back', { lengthMax: 200 }) readonly reason?: string;
}

export const relationshipRevived = defineKind({
  family: 'relationship',
  name: 'RelationshipRevived',
  version: 1,
  description: 'A relationship that had ended, or had fallen silent, began again.',
  payload: RelationshipRevived,
  headline: ({ data }) =>
    data.reason === undefined ? 'Relationship revived.' : `Relationship revived: ${data.reason}.`,
  signals: () => [{ name: 'relationship.revived' }],
  example: { time: '2026-09-05T08:00:00.000Z', data: { reason: 'new product line' } },
});
