import { defineKind } from '../define-kind.js';
import { Label, PartyRef } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** Two ids turned out to be one party. */
export class PartiesMerged extends Payload {
  @PartyRef('The id that is absorbed; the subject of the touchpoint stays') readonly absorbed!: string;
  @Label('Why they are one', { lengthMax: 200 }) readonly basis!: string;
}

export const partiesMerged = defineKind({
  family: 'party',
  name: 'PartiesMerged',
  version: 1,
  description: 'Another id turned out to be the same party: from now on its touchpoints count for this one.',
  payload: PartiesMerged,
  headline: ({ data }) => `Merged with ${data.absorbed} (${data.basis}).`,
  names: ({ absorbed }) => [absorbed],
  effect: 'merge',
  example: { data: { absorbed: 'c-1002', basis: 'same customer number' } },
});
