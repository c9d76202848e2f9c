/** What a party is to the firm. */
export const RELATIONSHIP_ROLES = [
  'customer',
  'prospect',
  'supplier',
  'vendor',
  'distributor',
  'intermediary',
  'influencer',
  'associate',
] as const;
export type RelationshipRole = (typeof RELATIONSHIP_ROLES)[number];

/** Business with a consumer or with a business. */
export const RELATIONSHIP_MODES = ['b2c', 'b2b'] as const;

/** Three steps, from low to high. */
export const LEVELS = ['low', 'medium', 'high'] as const;
export type Level = (typeof LEVELS)[number];
