import type { Dice } from './dice.js';

/** How somebody buys and talks. */
export interface Temperament {
  readonly name: 'devoted' | 'regular' | 'occasional' | 'festive' | 'fading' | 'passing';
  /** Purchases expected in a year. */
  readonly buysPerYear: number;
  /** Buys nothing more after so many days; undefined for those who stay. */
  readonly quietAfterDays: number | undefined;
  /** How often a purchase ends in a complaint, in hundredths. */
  readonly complainsPercent: number;
  /** How often the person speaks of the firm, in hundredths of occasions. */
  readonly talksPercent: number;
  /** How satisfied by nature: added to answers on a scale of ten. */
  readonly warmth: number;
}

const DEVOTED: Temperament = {
  name: 'devoted',
  buysPerYear: 14,
  quietAfterDays: undefined,
  complainsPercent: 4,
  talksPercent: 60,
  warmth: 2,
};

const TEMPERAMENTS = [
  DEVOTED,
  {
    name: 'regular',
    buysPerYear: 8,
    quietAfterDays: undefined,
    complainsPercent: 6,
    talksPercent: 25,
    warmth: 1,
  },
  {
    name: 'regular',
    buysPerYear: 6,
    quietAfterDays: undefined,
    complainsPercent: 6,
    talksPercent: 15,
    warmth: 0,
  },
  {
    name: 'occasional',
    buysPerYear: 3,
    quietAfterDays: undefined,
    complainsPercent: 8,
    talksPercent: 10,
    warmth: 0,
  },
  {
    name: 'occasional',
    buysPerYear: 2,
    quietAfterDays: undefined,
    complainsPercent: 10,
    talksPercent: 10,
    warmth: -1,
  },
  {
    name: 'festive',
    buysPerYear: 4,
    quietAfterDays: undefined,
    complainsPercent: 5,
    talksPercent: 15,
    warmth: 1,
  },
  { name: 'fading', buysPerYear: 9, quietAfterDays: 260, complainsPercent: 9, talksPercent: 10, warmth: -1 },
  { name: 'fading', buysPerYear: 6, quietAfterDays: 420, complainsPercent: 8, talksPercent: 5, warmth: -2 },
  { name: 'passing', buysPerYear: 1, quietAfterDays: 30, complainsPercent: 12, talksPercent: 0, warmth: -1 },
] as const satisfies readonly [Temperament, ...Temperament[]];

/** The temperament of a consumer; those in the limelight are devoted, and what they complain about is told by hand. */
export const temperamentOf = (dice: Dice, isShown: boolean): Temperament =>
  isShown ? { ...DEVOTED, complainsPercent: 0 } : dice.pick(TEMPERAMENTS);
