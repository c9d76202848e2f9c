const TEXT = 1;
const BASE64 = 2;
/** The last character of the base64 of 32 bytes has two bits that must be zero. */
const BASE64_LAST = 4;
const QUOTE = 0x22;
const ZERO = 0x30;
const NINE = 0x39;
/** Digits of a revision that is read here; larger ones are for JSON to read. */
const DIGITS_MAX = 15;
const BASE64_CHARACTERS = 43;

/** What each byte may be part of: texts of printable ASCII that JSON writes as they are, and base64. */
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return (
    (/[ !#-[\]-~]/.test(character) ? TEXT : 0) +
    (/[A-Za-z0-9+/]/.test(character) ? BASE64 : 0) +
    (/[AEIMQUYcgkosw048]/.test(character) ? BASE64_LAST : 0)
  );
});
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Goes over the bytes of a leaf once, member by member. Each step says whether the bytes are what they would be in a plain
 * leaf, and goes behind them if so. JSON in JavaScript takes five times as long, and leaves are read by the million.
 */
export class LeafScan {
  private at = 0;
  private end = 0;
  /** What the step before found: where a text or hash starts and ends, or the number it stands for. */
  from = 0;
  to = 0;
  value = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Begins with the leaf at these bytes. */
  begin(start: number, end: number): void {
    this.at = start;
    this.end = end;
  }

  isAtEnd(): boolean {
    return this.at === this.end;
  }

  literal(expected: Uint8Array): boolean {
    const { at, bytes } = this;
    for (let place = 0; place < expected.length; place++)
      if (bytes[at + place] !== expected[place]) return false;
    this.at = at + expected.length;
    return true;
  }

  /** A text that is not empty, up to its closing quote. */
  text(): boolean {
    const { bytes } = this;
    let { at } = this;
    this.from = at;
    while (((CLASS[bytes[at] as number] as number) & TEXT) !== 0) at++;
    this.to = this.at = at;
    return at > this.from && bytes[at] === QUOTE && at < this.end;
  }

  /** The base64 of 32 bytes, with its padding. */
  hash(): boolean {
    const { bytes } = this;
    let { at } = this;
    this.from = at;
    for (const last = at + BASE64_CHARACTERS - 1; at < last; at++)
      if (((CLASS[bytes[at] as number] as number) & BASE64) === 0) return false;
    if (((CLASS[bytes[at] as number] as number) & BASE64_LAST) === 0 || bytes[at + 1] !== 0x3d) return false;
    this.to = this.at = at + 2;
    return true;
  }

  /** A decimal without leading zeros. */
  number(): boolean {
    const { bytes } = this;
    const start = this.at;
    this.value = 0;
    let digit = bytes[this.at] as number;
    while (digit >= ZERO && digit <= NINE) {
      this.value = this.value * 10 + digit - ZERO;
      digit = bytes[++this.at] as number;
    }
    const digits = this.at - start;
    return digits > 0 && digits <= DIGITS_MAX && (digits === 1 || bytes[start] !== ZERO);
  }

  /** A time as leaves have it; its value orders times, no more. Leap days are for a calendar to judge. */
  time(): boolean {
    const year = this.digits(4);
    const month = this.dash(0x2d) ? this.digits(2) : -1;
    const day = this.dash(0x2d) ? this.digits(2) : -1;
    const hour = this.dash(0x54) ? this.digits(2) : -1;
    const minute = this.dash(0x3a) ? this.digits(2) : -1;
    const second = this.dash(0x3a) ? this.digits(2) : -1;
    const ms = this.dash(0x2e) ? this.digits(3) : -1;
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] as number)) return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || ms < 0)
      return false;
    this.value = timeValue(year, month, day, hour, minute, second * 1_000 + ms);
    return this.dash(0x5a);
  }

  private digits(count: number): number {
    let value = 0;
    for (const end = this.at + count; this.at < end; this.at++) {
      const digit = this.bytes[this.at] as number;
      if (!(digit >= ZERO && digit <= NINE)) return -1;
      value = value * 10 + digit - ZERO;
    }
    return value;
  }

  private dash(character: number): boolean {
    if (this.bytes[this.at] !== character) return false;
    this.at++;
    return true;
  }
}

/** A number that orders times as they are ordered; the days between months are not those of a calendar. */
export const timeValue = (
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  ms: number,
): number => ((((year * 12 + month) * 32 + day) * 24 + hour) * 60 + minute) * 60_000 + ms;
