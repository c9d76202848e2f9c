import { defineKind } from '../define-kind.js';
import { AnyObject, Instant, Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** An event said something wrong. `correctsid` names it. */
export class TouchpointCorrected extends Payload {
  @AnyObject('The whole payload as it should have been, in the shape of the corrected kind')
  readonly data!: object;
  @Optional() @Instant('When it really happened, if the time was wrong too') readonly time?: string;
  @Optional() @Label('What was wrong', { lengthMax: 200 }) readonly reason?: string;
}

// Personal members inside `data` are those of the corrected kind: whoever records a correction splits them by its
// pointers, or, while that kind is not known, by those of every kind that `data` fits.
export const touchpointCorrected = defineKind({
  family: 'governance',
  name: 'TouchpointCorrected',
  version: 1,
  description:
    'An earlier touchpoint was recorded wrongly: from now on it counts with this payload. The record of both stays.',
  payload: TouchpointCorrected,
  headline: ({ data }) =>
    data.reason === undefined
      ? 'An earlier touchpoint was corrected.'
      : `An earlier touchpoint was corrected: ${data.reason}.`,
  effect: 'correction',
  example: {
    actorkind: 'staff',
    actorid: 's-7',
    correctsid: 'complaint-received-1',
    time: '2026-03-02T12:00:00.000Z',
    data: {
      data: { category: 'delivery', severity: 'minor', text: 'Two days late.' },
      time: '2026-03-02T08:45:00.000Z',
      reason: 'severity mistyped',
    },
  },
});
