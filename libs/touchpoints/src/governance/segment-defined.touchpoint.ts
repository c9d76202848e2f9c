import { defineKind } from '../define-kind.js';
import { AnyObject, Label, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A segment got a definition. */
export class SegmentDefined extends Payload {
  @Label('Name of the segment') readonly segment!: string;
  @Whole('Version of its definition', { min: 1, max: 1_000_000 }) readonly version!: number;
  @AnyObject('Who belongs to it: conditions in the form of a query') readonly definition!: object;
}

export const segmentDefined = defineKind({
  family: 'governance',
  name: 'SegmentDefined',
  version: 1,
  description: 'The firm defined who belongs to a segment, in a numbered version.',
  payload: SegmentDefined,
  headline: ({ data }) => `Segment ${data.segment} defined (version ${data.version}).`,
  example: {
    subject: 'policy/segments',
    data: {
      segment: 'loyal',
      version: 1,
      definition: { where: [{ field: 'score', op: 'range', value: [700, null] }] },
    },
  },
});
