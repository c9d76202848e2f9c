import { createHash } from 'node:crypto';
import { DateError, later, readDate } from './dates.js';

/** A value that an expression of a mapping cannot work with; the message never holds the value. */
export class ExpressionError extends Error {}

/** A function of Rapport's that expressions of a mapping may call, beside JSONata's own. */
export type MappingFunction = (...values: readonly unknown[]) => unknown;

/**
 * The functions that mappings may call as `$name(…)`. A missing first argument gives a missing result, as in JSONata, so
 * that a cell that is not there leaves its member out.
 * @param zone the mapping's time zone
 */
export function mappingFunctions(zone: string): Readonly<Record<string, MappingFunction>> {
  return {
    date: (text, pattern, ownZone) =>
      whenGiven(text, (given) =>
        readDate(
          textOf(given, '$date'),
          textOf(pattern, '$date'),
          ownZone === undefined ? zone : textOf(ownZone, '$date'),
        ),
      ),
    later: (time, amount, unit) =>
      whenGiven(time, (given) =>
        later(textOf(given, '$later'), wholeOf(amount, '$later'), textOf(unit, '$later')),
      ),
    day: (time) => whenGiven(time, (given) => dayOfTime(textOf(given, '$day'))),
    minor: (text, currency) => whenGiven(text, (given) => minorUnits(given, textOf(currency, '$minor'))),
    money: (text, currency) =>
      whenGiven(text, (given) => ({
        amountMinor: minorUnits(given, textOf(currency, '$money')),
        currency: textOf(currency, '$money'),
      })),
    lines: (total, quantity, sku, currency) =>
      whenGiven(total, (given) =>
        saleLines(
          minorUnits(given, textOf(currency, '$lines')),
          wholeOf(quantity, '$lines'),
          textOf(sku, '$lines'),
          textOf(currency, '$lines'),
        ),
      ),
    slug: (text) => whenGiven(text, (given) => slug(textOf(given, '$slug'))),
    digest: (text) =>
      whenGiven(text, (given) => createHash('sha256').update(textOf(given, '$digest')).digest('hex')),
  };
}

const whenGiven = (value: unknown, then: (value: unknown) => unknown): unknown =>
  value === undefined || value === null ? undefined : then(value);

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new ExpressionError(`${name} needs a text`);
}

function wholeOf(value: unknown, name: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw new ExpressionError(`${name} needs a whole number`);
}

function dayOfTime(time: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T[\d:.]+Z$/.exec(time);
  if (match?.[1] === undefined)
    throw new ExpressionError('$day needs a time in UTC, as $date and $later give it');
  return match[1];
}

const fractionDigits = new Map<string, number>();

/** Digits after the point of a currency: 2 for USD, 0 for JPY (ISO 4217). */
function fractionDigitsOf(currency: string): number {
  const known = fractionDigits.get(currency);
  if (known !== undefined) return known;
  if (!/^[A-Z]{3}$/.test(currency))
    throw new ExpressionError('a currency is three capital letters, like USD');
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  fractionDigits.set(currency, digits);
  return digits;
}

/**
 * A decimal amount in minor units, digit by digit, so that no fraction is lost on the way.
 * @throws ExpressionError when it is not a decimal number or is finer than the currency
 * @example minorUnits('12.5', 'USD') // 1250
 */
export function minorUnits(amount: unknown, currency: string): number {
  const digits = fractionDigitsOf(currency);
  const match = /^([+-]?)(\d{1,15})(?:\.(\d*))?$/.exec(textOf(amount, '$minor').trim());
  if (match === null) throw new ExpressionError('an amount is a decimal number, like 12.50');
  const fraction = match[3] ?? '';
  if (/[^0]/.test(fraction.slice(digits)))
    throw new ExpressionError(`an amount in ${currency} has at most ${digits} digits after the point`);
  const minor = Number(`${match[2]}${fraction.slice(0, digits).padEnd(digits, '0')}`);
  if (!Number.isSafeInteger(minor)) throw new ExpressionError('an amount is too large');
  return match[1] === '-' && minor !== 0 ? -minor : minor;
}

interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: { readonly amountMinor: number; readonly currency: string };
}

/**
 * Lines of a sale of which only the total and the number of pieces are known. Both stay exact: where the total does not
 * divide evenly, the odd cents stand on a second line of the same article.
 * @example saleLines(2933, 2, 'cd', 'USD') // one at 14.66 and one at 14.67
 */
export function saleLines(
  totalMinor: number,
  quantity: number,
  sku: string,
  currency: string,
): readonly Line[] {
  if (quantity < 1 || totalMinor < 0)
    throw new ExpressionError('$lines needs a total of 0 or more and a quantity of 1 or more');
  const low = Math.floor(totalMinor / quantity);
  const odd = totalMinor - low * quantity;
  const line = (pieces: number, amountMinor: number): Line => ({
    sku,
    quantity: pieces,
    unitPrice: { amountMinor, currency },
  });
  return odd === 0 ? [line(quantity, low)] : [line(quantity - odd, low), line(odd, low + 1)];
}

/** A text as part of an id: lower-case letters and digits, everything else a single hyphen; accents are dropped. */
export const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

/** What went wrong in an expression, without any value of the row. */
export function reasonOf(error: unknown): string {
  if (error instanceof ExpressionError || error instanceof DateError) return error.message;
  // JSONata's errors carry a code and quote values of the row: name the code alone.
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
  return code === undefined ? 'it failed' : `JSONata refuses it (${code})`;
}
