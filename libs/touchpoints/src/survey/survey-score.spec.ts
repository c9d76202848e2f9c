import { describe, expect, it } from '@jest/globals';
import { surveyGroup, type Instrument } from './survey-score.js';

const LETTERS = { detractor: '-', passive: 'o', promoter: '+' } as const;

/** The groups of all answers of a scale, lowest first. */
const groups = (instrument: Instrument, scaleMin: number, scaleMax: number): string =>
  Array.from(
    { length: scaleMax - scaleMin + 1 },
    (_, index) => LETTERS[surveyGroup({ instrument, score: scaleMin + index, scaleMin, scaleMax })],
  ).join('');

describe('the group of a survey answer', () => {
  it('follows the published bounds of NPS on its own scale', () => {
    expect(groups('nps', 0, 10)).toBe('-------oo++');
  });

  it('rescales NPS answers given on another scale', () => {
    expect(groups('nps', 1, 5)).toBe('---o+');
    expect(groups('nps', 0, 20)).toBe('-------------oooo++++');
  });

  it('goes by the place on the scale for satisfaction and effort', () => {
    expect(groups('csat', 1, 5)).toBe('--oo+');
    expect(groups('ces', 1, 7)).toBe('---oo++');
    expect(groups('csat', 0, 100)).toBe(`${'-'.repeat(50)}${'o'.repeat(30)}${'+'.repeat(21)}`);
  });
});
