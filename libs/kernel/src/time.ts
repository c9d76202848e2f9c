import { accept, reject, type Result } from './errors.js';

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;
const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MS_PER_DAY = 86_400_000;

/**
 * Reads an RFC 3339 date and time and writes it in UTC with milliseconds: fixed width, so that comparing texts compares
 * instants. Finer fractions are cut off. Years 0001 to 9999; a leap second is refused.
 * @example parseTime('2026-01-31T13:00:00+01:00') // { ok: true, value: '2026-01-31T12:00:00.000Z' }
 */
export function parseTime(text: unknown, pointer = '/time'): Result<string> {
  const isUsual = typeof text === 'string' && CANONICAL.test(text) && isUsualTime(text);
  return isUsual ? accept(text) : readTime(text, pointer);
}

function readTime(text: unknown, pointer: string): Result<string> {
  const bad = (why: string) =>
    reject('INVALID_TIME', `${pointer}: ${why}; write it like 2026-01-31T12:00:00Z.`, { pointer });
  if (typeof text !== 'string') return bad('a time is a text');
  const match = text.length > 40 ? null : RFC3339.exec(text);
  if (match === null) return bad('not an RFC 3339 date and time with a zone');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : DAYS_IN_MONTH[month - 1];
  if (days === undefined || day < 1 || day > days) return bad('no such day');
  if (hour > 23 || minute > 59 || second > 59) return bad('no such time of day');
  const zone = match[8] as string;
  const offset =
    zone.length === 1
      ? 0
      : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  if (Math.abs(offset) > 14 * 60 || (zone.length > 1 && Number(zone.slice(4, 6)) > 59))
    return bad('no such zone');
  const instant = new Date(0);
  instant.setUTCFullYear(year, month - 1, day);
  instant.setUTCHours(hour, minute, second, Number((match[7] ?? '0').slice(0, 3).padEnd(3, '0')));
  const ms = instant.getTime() - offset * 60_000;
  const utcYear = new Date(ms).getUTCFullYear();
  if (utcYear < 1 || utcYear > 9999) return bad('the year is out of range');
  return accept(new Date(ms).toISOString());
}

/** Whether a canonical text is a time, at a glance: days that not every month has are left to the thorough look. */
function isUsualTime(text: string): boolean {
  const month = twoDigits(text, 5);
  return (
    text > '0001' &&
    between(1, month, 12) &&
    between(1, twoDigits(text, 8), month === FEBRUARY ? 28 : 30) &&
    twoDigits(text, 11) <= 23 &&
    twoDigits(text, 14) <= 59 &&
    twoDigits(text, 17) <= 59
  );
}

const FEBRUARY = 2;
const ZERO = 0x30;
const twoDigits = (text: string, at: number): number =>
  (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
const between = (low: number, number: number, high: number): boolean => low <= number && number <= high;

/** The UTC day of a canonical time: `2026-01-31`. */
export const dayOf = (time: string): string => time.slice(0, 10);

/**
 * Days from the Unix epoch to the UTC day that a canonical time or day begins with: an integer that differences may be
 * taken of. The civil calendar in whole numbers (Howard Hinnant, "chrono-compatible low-level date algorithms"), since
 * every fold asks.
 * @example dayNumber('1970-01-02') // 1
 */
export function dayNumber(day: string): number {
  const month = twoDigits(day, 5);
  // Years begin in March here, so that the leap day is the last of one.
  const year = twoDigits(day, 0) * 100 + twoDigits(day, 2) - (month <= 2 ? 1 : 0);
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + twoDigits(day, 8) - 1;
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return year * 365 + leapDays + dayOfYear - DAYS_BEFORE_EPOCH;
}

/** From 1 March of the year 0 to 1 January 1970. */
const DAYS_BEFORE_EPOCH = 719_468;

/** The UTC day of a day number. */
export const dayText = (number: number): string => new Date(number * MS_PER_DAY).toISOString().slice(0, 10);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A first moment given as a day means its first millisecond; a full time stands as it is. */
export const parseStart = (text: string, pointer: string): Result<string> =>
  parseTime(DAY.test(text) ? `${text}T00:00:00.000Z` : text, pointer);

/** A bound given as a day means its last millisecond; a full time stands as it is. */
export function parseBound(text: string, pointer: string): Result<string> {
  return DAY.test(text) ? parseTime(`${text}T23:59:59.999Z`, pointer) : parseTime(text, pointer);
}

/** Milliseconds since the Unix epoch as canonical time. */
export const timeText = (ms: number): string => new Date(ms).toISOString();
