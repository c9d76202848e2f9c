import { defineKind } from '../define-kind.js';
import { Country, Label, OneOf, Optional, PartyRef } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** What a party is. */
export const PARTY_KINDS = ['person', 'organisation'] as const;

/** A party entered the ledger. */
export class PartyRegistered extends Payload {
  @OneOf('Whether it is a person or an organisation', PARTY_KINDS)
  readonly kind!: (typeof PARTY_KINDS)[number];
  @Optional() @Label('Line of business') readonly sector?: string;
  @Optional() @Country('ISO 3166-1 alpha-2 country') readonly country?: string;
  @Optional() @PartyRef('The organisation it is part of') readonly partOf?: string;
}

export const partyRegistered = defineKind({
  family: 'party',
  name: 'PartyRegistered',
  version: 1,
  description: 'A person or an organisation was registered as a party, possibly as part of another.',
  payload: PartyRegistered,
  headline: ({ data }) => {
    const facts = [data.sector, data.country].filter((fact) => fact !== undefined).join(', ');
    return `Registered as ${data.kind === 'person' ? 'a person' : 'an organisation'}${facts === '' ? '' : ` (${facts})`}${data.partOf === undefined ? '' : `, part of ${data.partOf}`}.`;
  },
  names: ({ partOf }) => (partOf === undefined ? [] : [partOf]),
  example: { data: { kind: 'person', sector: 'retail', country: 'NL', partOf: 'o-17' } },
});
