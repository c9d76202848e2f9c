/** A date or time that cannot be read as its pattern says. */
export class DateError extends Error {}

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
type Parts = Readonly<Record<Field, number>>;
type DateReader = (text: string) => Parts;

const TOKENS: Readonly<Record<string, readonly [Field, string]>> = {
  yyyy: ['year', '(\\d{4})'],
  MM: ['month', '(\\d{2})'],
  M: ['month', '(\\d{1,2})'],
  dd: ['day', '(\\d{2})'],
  d: ['day', '(\\d{1,2})'],
  HH: ['hour', '(\\d{2})'],
  H: ['hour', '(\\d{1,2})'],
  mm: ['minute', '(\\d{2})'],
  ss: ['second', '(\\d{2})'],
};
const TOKEN = /yyyy|MM|M|dd|d|HH|H|mm|ss/g;

const readers = new Map<string, DateReader>();
/** Dates read before, by zone, pattern and text: a file names the same days again and again. */
const readBefore = new Map<string, string>();
const REMEMBERED_MAX = 20_000;
const offsets = new Map<string, number>();
const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * Reads a date as its publisher wrote it and gives RFC 3339 in UTC with milliseconds.
 * @param pattern yyyy M MM d dd H HH mm ss; anything else stands for itself. Parts that it leaves out are the first
 * month, the first day, midnight.
 * @param zone `UTC`, an offset like `+02:00`, or an IANA name. A local time that a clock change skips is refused; of one
 * that it repeats the earlier counts.
 * @throws DateError
 * @example readDate('7/29/2013', 'M/d/yyyy', 'America/New_York') // '2013-07-29T04:00:00.000Z'
 */
export function readDate(text: string, pattern: string, zone: string): string {
  const key = `${zone}\n${pattern}\n${text}`;
  const known = readBefore.get(key);
  if (known !== undefined) return known;
  const read = readNewDate(text, pattern, zone);
  if (readBefore.size >= REMEMBERED_MAX) readBefore.clear();
  readBefore.set(key, read);
  return read;
}

function readNewDate(text: string, pattern: string, zone: string): string {
  const parts = readerOf(pattern)(text.trim());
  const localMs = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  const local = new Date(localMs);
  const isReal =
    local.getUTCMonth() === parts.month - 1 &&
    local.getUTCDate() === parts.day &&
    parts.hour <= 23 &&
    parts.minute <= 59 &&
    parts.second <= 59;
  if (!isReal) throw new DateError(`there is no such date or time as this one, read as ${pattern}`);
  return new Date(zone === 'UTC' ? localMs : localMs - offsetMs(localMs, zone)).toISOString();
}

/** Whether a zone is one that {@link readDate} knows. */
export function isZone(zone: string): boolean {
  if (FIXED_OFFSET.test(zone)) return true;
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * A time so many units later (earlier when negative). A month that lacks the day gives its last day.
 * @throws DateError
 * @example later('1953-12-31T00:00:00.000Z', 2, 'months') // '1954-02-28T00:00:00.000Z'
 */
export function later(time: string, amount: number, unit: string): string {
  const start = new Date(time);
  if (Number.isNaN(start.getTime()) || !Number.isInteger(amount))
    throw new DateError('$later needs a time and a whole number');
  if (unit === 'seconds' || unit === 'minutes' || unit === 'hours' || unit === 'days') {
    const ms = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }[unit];
    return new Date(start.getTime() + amount * ms).toISOString();
  }
  if (unit !== 'months' && unit !== 'years')
    throw new DateError('$later counts in seconds, minutes, hours, days, months or years');
  const months = start.getUTCMonth() + (unit === 'years' ? amount * 12 : amount);
  const dayMax = new Date(Date.UTC(start.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const end = new Date(start);
  end.setUTCFullYear(start.getUTCFullYear(), months, Math.min(start.getUTCDate(), dayMax));
  return end.toISOString();
}

function readerOf(pattern: string): DateReader {
  const known = readers.get(pattern);
  if (known !== undefined) return known;
  const fields: Field[] = [];
  let source = '';
  let last = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    const [field, digits] = TOKENS[match[0]] as readonly [Field, string];
    source += escapeText(pattern.slice(last, match.index)) + digits;
    fields.push(field);
    last = match.index + match[0].length;
  }
  const expression = new RegExp(`^${source}${escapeText(pattern.slice(last))}$`);
  if (!fields.includes('year')) throw new DateError(`the pattern ${pattern} has no yyyy`);
  const reader: DateReader = (text) => {
    const match = expression.exec(text);
    if (match === null) throw new DateError(`it is not written as ${pattern}`);
    const parts: Record<Field, number> = { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    fields.forEach((field, index) => (parts[field] = Number(match[index + 1])));
    return parts;
  };
  readers.set(pattern, reader);
  return reader;
}

const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function offsetMs(localMs: number, zone: string): number {
  const key = `${zone} ${localMs}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  // A local time may have two offsets (clock put back) or none (put forward): try those in force a day before and after.
  const candidates = [localMs - 86_400_000, localMs + 86_400_000].map((ms) => localAt(ms, zone) - ms);
  const valid = candidates.filter((offset) => localAt(localMs - offset, zone) === localMs);
  if (valid.length === 0) throw new DateError(`the clocks of ${zone} skipped this time`);
  const offset = Math.max(...valid);
  if (offsets.size > 100_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

const FIXED_OFFSET = /^([+-])(\d{2}):([0-5]\d)$/;

function localAt(utcMs: number, zone: string): number {
  const fixed = FIXED_OFFSET.exec(zone);
  if (fixed !== null)
    return utcMs + (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  const parts = new Map(
    clockOf(zone)
      .formatToParts(utcMs)
      .map((part) => [part.type, Number(part.value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const options = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
    timeZone: zone,
  } as const;
  const clock = new Intl.DateTimeFormat('en-US', options);
  clocks.set(zone, clock);
  return clock;
}
