import { dayNumber, dayText, timeText } from '@rapport/kernel';
import type { Dice } from './dice.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** First day of the sample's three years, as a day number. */
export const FIRST_DAY = dayNumber('2023-10-01');
/** Last day of the sample's three years, as a day number. */
export const LAST_DAY = dayNumber('2026-09-30');

/** Milliseconds since the Unix epoch. */
export type Instant = number;

/** The instant of a day like `2026-01-31` at a time of day like `09:30` (UTC). */
export const on = (day: string, time: string): Instant => Date.parse(`${day}T${time}:00.000Z`);

/** Some moment of a day number between two hours (UTC). */
export const during = (
  dice: Dice,
  day: number,
  hours: { readonly from: number; readonly to: number } = { from: 8, to: 20 },
): Instant => day * DAY_MS + hours.from * HOUR_MS + dice.below((hours.to - hours.from) * 3_600) * 1_000;

export const minutesAfter = (from: Instant, minutes: number): Instant => from + minutes * MINUTE_MS;
export const hoursAfter = (from: Instant, hours: number): Instant => from + hours * HOUR_MS;
export const daysAfter = (from: Instant, days: number): Instant => from + days * DAY_MS;

/** The day number of an instant. */
export const dayAt = (at: Instant): number => Math.floor(at / DAY_MS);

/** The UTC day of an instant, `2026-01-31`. */
export const dayTextAt = (at: Instant): string => timeText(at).slice(0, 10);

/** Whether an instant lies before the end of the sample's three years. */
export const hasCome = (at: Instant): boolean => dayAt(at) <= LAST_DAY;

/** How busy each month is, in hundredths of an ordinary one: much before the holidays, little in high summer. */
const SEASON_PERCENT = [85, 85, 95, 100, 100, 90, 70, 60, 100, 110, 145, 165] as const;

const SEASONS: readonly number[] = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, index) => {
  const month = Number(dayText(FIRST_DAY + index).slice(5, 7));
  return SEASON_PERCENT[month - 1] ?? 100;
});

/** How busy the month of a day number of the three years is, in hundredths. */
export const seasonPercent = (day: number): number => SEASONS[day - FIRST_DAY] ?? 100;
