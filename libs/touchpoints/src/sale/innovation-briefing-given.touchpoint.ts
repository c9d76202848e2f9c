import { defineKind } from '../define-kind.js';
import { Label } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party was told of something new. */
export class InnovationBriefingGiven extends Payload {
  @Label('The new product, service or option') readonly offering!: string;
}

export const innovationBriefingGiven = defineKind({
  family: 'sale',
  name: 'InnovationBriefingGiven',
  version: 1,
  description: 'The firm told the party of a new offering.',
  payload: InnovationBriefingGiven,
  headline: ({ data }) => `Briefed on ${data.offering}.`,
  signals: () => [{ name: 'briefing' }],
  example: {
    channel: 'inPerson',
    direction: 'outbound',
    data: { offering: 'pump P-400', effortMinutes: 45 },
  },
});
