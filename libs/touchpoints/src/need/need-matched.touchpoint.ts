import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** An offering was found for a need. */
export class NeedMatched extends Payload {
  @Optional() @Label('What is needed') readonly need?: string;
  @Label('What could meet it') readonly offering!: string;
}

export const needMatched = defineKind({
  family: 'need',
  name: 'NeedMatched',
  version: 1,
  description: 'The firm found an offering that could meet a need of the party.',
  payload: NeedMatched,
  headline: ({ data }) =>
    `${data.offering} matched to ${data.need === undefined ? 'a need' : `the need for ${data.need}`}.`,
  signals: () => [{ name: 'need.matched' }],
  example: {
    episode: 'need-5',
    time: '2026-02-11T09:00:00.000Z',
    data: { need: 'remote monitoring', offering: 'sensor kit S-1' },
  },
});
