import { defineKind } from '../define-kind.js';
import { EventRef, OneOf, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { INSTRUMENTS, type Instrument } from './survey-score.js';

/** The firm asked a party for its opinion. */
export class SurveySent extends Payload {
  @OneOf('What it measures with', INSTRUMENTS) readonly instrument!: Instrument;
  @Optional() @EventRef('The touchpoint it asks about') readonly afterEvent?: string;
}

export const surveySent = defineKind({
  family: 'survey',
  name: 'SurveySent',
  version: 1,
  description: 'The firm sent the party a survey, possibly about one touchpoint.',
  payload: SurveySent,
  headline: ({ data }) => `${data.instrument.toUpperCase()} survey sent.`,
  example: {
    channel: 'email',
    direction: 'outbound',
    episode: 'survey-4',
    time: '2026-03-10T09:00:00.000Z',
    data: { instrument: 'nps', afterEvent: 'sale-completed-1' },
  },
});
