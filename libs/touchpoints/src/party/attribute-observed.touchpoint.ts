import { defineKind } from '../define-kind.js';
import { Label, OneOf, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** Where an attribute comes from. */
export const PROVENANCES = ['sociodemographic', 'behavioural'] as const;

/** Something about a party was observed. */
export class AttributeObserved extends Payload {
  @Label('Name of the attribute') readonly name!: string;
  @Personal() @Text('What was observed', { lengthMax: 500 }) readonly value!: string;
  @OneOf('Whether it describes who the party is or what it does', PROVENANCES)
  readonly provenance!: (typeof PROVENANCES)[number];
}

export const attributeObserved = defineKind({
  family: 'party',
  name: 'AttributeObserved',
  version: 1,
  description: 'An attribute of the party was observed, sociodemographic or behavioural.',
  payload: AttributeObserved,
  headline: ({ data }) => `Observed ${data.name} (${data.provenance}).`,
  example: { data: { name: 'householdSize', value: '4', provenance: 'sociodemographic' } },
});
