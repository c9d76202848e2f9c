import { defineKind } from '../define-kind.js';
import { OneOf, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import {
  LEVELS,
  RELATIONSHIP_MODES,
  RELATIONSHIP_ROLES,
  type Level,
  type RelationshipRole,
} from './relationship-terms.js';

/** A relationship began. */
export class RelationshipOpened extends Payload {
  @OneOf('What the party is to the firm', RELATIONSHIP_ROLES) readonly role!: RelationshipRole;
  @OneOf('Business with a consumer or with a business', RELATIONSHIP_MODES)
  readonly mode!: (typeof RELATIONSHIP_MODES)[number];
  @Optional() @OneOf('How complex what is traded is', LEVELS) readonly offeringComplexity?: Level;
  @Optional() @OneOf('How much the price decides', LEVELS) readonly priceSensitivity?: Level;
}

export const relationshipOpened = defineKind({
  family: 'relationship',
  name: 'RelationshipOpened',
  version: 1,
  description: 'The relationship with the party began, in a role and a mode.',
  payload: RelationshipOpened,
  headline: ({ data }) => `Relationship opened as ${data.role} (${data.mode}).`,
  signals: () => [{ name: 'relationship.opened' }],
  example: {
    time: '2026-01-05T08:00:00.000Z',
    data: { role: 'customer', mode: 'b2b', offeringComplexity: 'high', priceSensitivity: 'low' },
  },
});
