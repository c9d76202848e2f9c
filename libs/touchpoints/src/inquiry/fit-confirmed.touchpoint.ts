import { defineKind } from '../define-kind.js';
import { Flag, Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { inquiryLifecycle } from './inquiry.lifecycle.js';

/** It became clear whether an offering fits. */
export class FitConfirmed extends Payload {
  @Flag('Whether it fits') readonly fits!: boolean;
  @Optional() @Label('The offering that was tried') readonly offering?: string;
  @Optional() @Label('What decided it', { lengthMax: 500 }) readonly reason?: string;
}

export const fitConfirmed = defineKind({
  family: 'inquiry',
  name: 'FitConfirmed',
  version: 1,
  description: 'It became clear whether what the firm advised fits what the party needs.',
  payload: FitConfirmed,
  headline: ({ data }) => `${data.offering ?? 'The offering'} ${data.fits ? 'fits' : 'does not fit'}.`,
  signals: ({ data }) => [{ name: data.fits ? 'fit.confirmed' : 'fit.failed' }],
  lifecycle: inquiryLifecycle,
  example: {
    channel: 'inPerson',
    episode: 'inquiry-31',
    time: '2026-02-09T13:00:00.000Z',
    data: { fits: true, offering: 'pump P-300' },
  },
});
