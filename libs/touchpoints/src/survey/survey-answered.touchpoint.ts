import { defineKind } from '../define-kind.js';
import { OneOf, Optional, Personal, Text, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { brokenScaleRule, INSTRUMENTS, surveyGroup, type Instrument } from './survey-score.js';

/** A party answered a survey. */
export class SurveyAnswered extends Payload {
  @OneOf('What it measures with', INSTRUMENTS) readonly instrument!: Instrument;
  @Whole('The answer, on the scale', { min: -1000, max: 1000 }) readonly score!: number;
  @Whole('Lowest answer possible', { min: -1000, max: 1000 }) readonly scaleMin!: number;
  @Whole('Highest answer possible', { min: -1000, max: 1000 }) readonly scaleMax!: number;
  @Optional() @Personal() @Text('What the party wrote') readonly verbatim?: string;
}

export const surveyAnswered = defineKind({
  family: 'survey',
  name: 'SurveyAnswered',
  version: 1,
  description: 'The party answered a survey with a score on a scale.',
  payload: SurveyAnswered,
  check: brokenScaleRule,
  headline: ({ data }) =>
    `Answered the ${data.instrument.toUpperCase()} survey with ${data.score} (${data.scaleMin} to ${data.scaleMax}).`,
  signals: ({ data }) => [{ name: `survey.${surveyGroup(data)}` }],
  example: {
    channel: 'internet',
    direction: 'inbound',
    episode: 'survey-4',
    time: '2026-03-11T09:00:00.000Z',
    data: { instrument: 'nps', score: 9, scaleMin: 0, scaleMax: 10, verbatim: 'Quick and friendly.' },
  },
});
