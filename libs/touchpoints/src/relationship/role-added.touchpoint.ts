import { defineKind } from '../define-kind.js';
import { OneOf } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { RELATIONSHIP_ROLES, type RelationshipRole } from './relationship-terms.js';

/** A party took on one more role. */
export class RoleAdded extends Payload {
  @OneOf('What the party now is to the firm as well', RELATIONSHIP_ROLES) readonly role!: RelationshipRole;
}

export const roleAdded = defineKind({
  family: 'relationship',
  name: 'RoleAdded',
  version: 1,
  description: 'The party took on one more role in the relationship.',
  payload: RoleAdded,
  headline: ({ data }) => `Now also ${data.role}.`,
  example: { time: '2026-02-05T08:00:00.000Z', data: { role: 'influencer' } },
});
