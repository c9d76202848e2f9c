import { WORD_BYTES, type Literal } from './literal.js';

/** The last character of the base64 of 32 bytes has two bits that must be zero. */
const BASE64_LAST_BITS = 0b11;
const QUOTE = 0x22;
const PADDING = 0x3d;
const ZERO = 0x30;
const NINE = 0x39;
/** Digits of a revision that is read here; larger ones are for JSON to read. */
const DIGITS_MAX = 15;
const NO_DIGIT = -100_000;
const TIME_BYTES = 24;
const DASH = 0x2d;
const COLON = 0x3a;
const BASE64_CHARACTERS = 43;
const NO_BASE64 = 64;

/** Whether a byte may be part of a text that JSON writes as it is: printable ASCII. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[ !#-[\]-~]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
/** What each byte stands for in base64. */
const SIXBITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const place = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(
    String.fromCharCode(byte),
  );
  return place < 0 ? NO_BASE64 : place;
});
const DIGITS = Int32Array.from({ length: 256 }, (_, byte) =>
  byte >= ZERO && byte <= NINE ? byte - ZERO : NO_DIGIT,
);
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Goes over the bytes of a leaf once, member by member. Each step says whether the bytes are what they would be in a plain
 * leaf, and goes behind them if so. JSON in JavaScript takes five times as long, and leaves are read by the million.
 */
export class LeafScan {
  private at = 0;
  private end = 0;
  /** Where the text of the step before starts and ends. */
  from = 0;
  to = 0;
  /** The number of the step before. */
  value = 0;
  /** Orders the time of the step before. No integer to begin with: then code for integers would be compiled in vain. */
  order = Number.NaN;

  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Begins with the leaf at these bytes. */
  begin(start: number, end: number): void {
    this.at = start;
    this.end = end;
  }

  isAtEnd(): boolean {
    return this.at === this.end;
  }

  literal({ words, last, bytes }: Literal): boolean {
    const { at, view } = this;
    if (at + bytes > view.byteLength) return false;
    for (let word = 0; word < words.length; word++)
      if (view.getInt32(at + word * WORD_BYTES) !== words[word]) return false;
    if (view.getInt32(at + bytes - WORD_BYTES) !== last) return false;
    this.at = at + bytes;
    return true;
  }

  quote(): boolean {
    if (this.bytes[this.at] !== QUOTE) return false;
    this.at++;
    return true;
  }

  /** A text that is not empty, up to its closing quote. */
  text(): boolean {
    const { bytes } = this;
    let { at } = this;
    this.from = at;
    while (PLAIN[bytes[at] as number] === 1) at++;
    this.to = this.at = at;
    return at > this.from && bytes[at] === QUOTE && at < this.end;
  }

  /** The base64 of 32 bytes, with its padding. */
  hash(): boolean {
    const { at, bytes } = this;
    const last = at + BASE64_CHARACTERS - 1;
    let bits = 0;
    for (let place = at; place < last; place++) bits |= SIXBITS[bytes[place] as number] as number;
    return this.endsHash(bits, last);
  }

  /** As {@link hash}; writes the 32 bytes into the first of others. */
  hashInto(target: Uint8Array): boolean {
    const { at, bytes } = this;
    const last = at + BASE64_CHARACTERS - 1;
    let bits = 0;
    let to = 0;
    for (let place = at; place < last - 2; place += 4) {
      const a = SIXBITS[bytes[place] as number] as number;
      const b = SIXBITS[bytes[place + 1] as number] as number;
      const c = SIXBITS[bytes[place + 2] as number] as number;
      const d = SIXBITS[bytes[place + 3] as number] as number;
      bits |= a | b | c | d;
      target[to++] = (a << 2) | (b >> 4);
      target[to++] = (b << 4) | (c >> 2);
      target[to++] = (c << 6) | d;
    }
    const a = sixBits(bytes[last - 2]);
    const b = sixBits(bytes[last - 1]);
    const c = sixBits(bytes[last]);
    target[to++] = (a << 2) | (b >> 4);
    target[to] = (b << 4) | (c >> 2);
    return this.endsHash(bits | a | b, last);
  }

  private endsHash(bits: number, last: number): boolean {
    const end = sixBits(this.bytes[last]);
    if ((bits | end) >= NO_BASE64 || (end & BASE64_LAST_BITS) !== 0 || this.bytes[last + 1] !== PADDING)
      return false;
    this.at = last + 2;
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

  /** A time as leaves have it. Leap days are for a calendar to judge. */
  time(): boolean {
    const { at, bytes } = this;
    const isParted =
      bytes[at + 4] === DASH &&
      bytes[at + 7] === DASH &&
      bytes[at + 10] === 0x54 &&
      bytes[at + 13] === COLON &&
      bytes[at + 16] === COLON &&
      bytes[at + 19] === 0x2e &&
      bytes[at + 23] === 0x5a;
    if (!isParted) return false;
    const year = this.twoDigits(at) * 100 + this.twoDigits(at + 2);
    const month = this.twoDigits(at + 5);
    const day = this.twoDigits(at + 8);
    const hour = this.twoDigits(at + 11);
    const minute = this.twoDigits(at + 14);
    const second = this.twoDigits(at + 17);
    const ms = this.twoDigits(at + 20) * 10 + digit(bytes[at + 22]);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] as number)) return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || ms < 0)
      return false;
    this.order = timeValue(year, month, day, hour, minute, second * 1_000 + ms);
    this.at = at + TIME_BYTES;
    return true;
  }

  private twoDigits(at: number): number {
    return digit(this.bytes[at]) * 10 + digit(this.bytes[at + 1]);
  }
}

/** What a digit stands for; for anything else a number so far below 0 that what is made of it is below 0 too. */
const digit = (byte: number | undefined): number => DIGITS[byte ?? 0] as number;

const sixBits = (byte: number | undefined): number => SIXBITS[byte ?? 0] as number;

/** A number that orders times as they are ordered; the days between months are not those of a calendar. */
export const timeValue = (
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  ms: number,
): number => ((((year * 12 + month) * 32 + day) * 24 + hour) * 60 + minute) * 60_000 + ms;
