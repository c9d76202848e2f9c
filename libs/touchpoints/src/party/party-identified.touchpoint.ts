import { defineKind } from '../define-kind.js';
import { Label, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party became known by an identifier. */
export class PartyIdentified extends Payload {
  @Label('What sort of identifier: name, email, phone, customerNumber …') readonly idType!: string;
  @Personal() @Text('The identifier itself', { lengthMax: 500 }) readonly value!: string;
}

export const partyIdentified = defineKind({
  family: 'party',
  name: 'PartyIdentified',
  version: 1,
  description: 'An identifier of the party became known: a name, an address, a number.',
  payload: PartyIdentified,
  headline: ({ data }) => `Identified by ${data.idType}.`,
  example: { data: { idType: 'email', value: 'c-1001@customers.example' } },
});
