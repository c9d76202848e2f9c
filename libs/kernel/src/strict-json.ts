import type { Json } from './envelope.js';
import { accept, reject, type Rejection, type Result } from './errors.js';

/** How deep JSON may be nested. */
export const JSON_DEPTH_MAX = 32;

/** Keys that could reach an object's prototype somewhere behind us. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses JSON and refuses what cannot be kept or is ambiguous: the same key twice, nesting beyond {@link JSON_DEPTH_MAX},
 * numbers that a double cannot hold exactly (integers beyond 2^53, more digits than fit), lone surrogates, NUL, and keys
 * that name a prototype. I-JSON (RFC 7493) in short.
 * @example parseStrictJson('{"a":1,"a":2}') // DUPLICATE_JSON_KEY at /a
 */
export function parseStrictJson(text: string): Result<Json> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return reject('INVALID_JSON', 'The text is not JSON: check brackets, quotes and commas.');
  }
  if (isPlain(text)) return accept(value);
  const rejection = new Scanner(text).scan();
  return rejection === undefined ? accept(value) : { ok: false, rejection };
}

/** So many digits a double holds exactly, wherever the point stands. */
const EXACT_DIGITS = 15;
/** Objects with more members are left to the thorough look: here each key is compared with all before it. */
const PLAIN_KEYS_MAX = 64;
const IN_ARRAY = -1;
const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_END = 0x5d;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
/** The bit in which a small letter differs from its capital. */
const CASE = 0x20;

const utf8 = new TextEncoder();
/** Room for the usual text; a longer one gets its own. */
const BYTES = new Uint8Array(16_384);
const BYTES_PER_UNIT_MAX = 3;
/** Hashes of the keys of all open objects. */
const HASHES = new Int32Array(PLAIN_KEYS_MAX * JSON_DEPTH_MAX);
/** For each open object, where its hashes begin; {@link IN_ARRAY} for an array. */
const OPENED = new Int32Array(JSON_DEPTH_MAX);

const hashed = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;
const hashOf = (key: string): number => utf8.encode(key).reduce(hashed, 0);
const PROTO = hashOf('__proto__');
const CONSTRUCTOR = hashOf('constructor');
const PROTOTYPE = hashOf('prototype');
const isForbidden = (hash: number): boolean => hash === PROTO || hash === CONSTRUCTOR || hash === PROTOTYPE;

/**
 * Whether a text that JSON.parse has accepted is seen at a glance to be in order. One pass over its bytes that makes
 * nothing, since every line of an ingest comes through here. May say no to what is in order (escaped characters, long
 * numbers, keys whose hashes happen to be the same): the thorough look then decides.
 */
function isPlain(text: string): boolean {
  if (!text.isWellFormed()) return false;
  const room = text.length * BYTES_PER_UNIT_MAX;
  const bytes = room <= BYTES.length ? BYTES : new Uint8Array(room);
  const { written } = utf8.encodeInto(text, bytes);
  let depth = -1;
  let hashes = 0;
  let opened = IN_ARRAY;
  let isKeyNext = false;
  for (let at = 0; at < written; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE && isKeyNext) {
      let hash = 0;
      for (let c = bytes[++at] as number; c !== QUOTE; c = bytes[++at] as number) {
        if (c === BACKSLASH) return false;
        hash = hashed(hash, c);
      }
      if (hashes - opened === PLAIN_KEYS_MAX || isForbidden(hash)) return false;
      for (let other = opened; other < hashes; other++) if (HASHES[other] === hash) return false;
      HASHES[hashes++] = hash;
      isKeyNext = false;
    } else if (byte === QUOTE) {
      for (let c = bytes[++at] as number; c !== QUOTE; c = bytes[++at] as number) {
        if (c === BACKSLASH && bytes[++at] === LETTER_U) return false;
      }
    } else if (byte === COMMA) {
      isKeyNext = opened !== IN_ARRAY;
    } else if (byte === BRACE || byte === BRACKET) {
      if (++depth === JSON_DEPTH_MAX) return false;
      isKeyNext = byte === BRACE;
      opened = isKeyNext ? hashes : IN_ARRAY;
      OPENED[depth] = opened;
    } else if (byte === BRACE_END || byte === BRACKET_END) {
      if (opened !== IN_ARRAY) hashes = opened;
      depth--;
      opened = depth < 0 ? IN_ARRAY : (OPENED[depth] as number);
      isKeyNext = false;
    } else if (isDigit(byte)) {
      const start = at;
      while (at + 1 < written && (isDigit(bytes[at + 1] as number) || bytes[at + 1] === POINT)) at++;
      if (at - start >= EXACT_DIGITS || ((bytes[at + 1] as number) | CASE) === LETTER_E) return false;
    }
  }
  return true;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** JSON of a text, as JSON.stringify writes it; most texts need no more than quotes. @example jsonText('a') // '"a"' */
export const jsonText = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);

/** Walks over text that JSON.parse has accepted, so it need not check the grammar. */
class Scanner {
  private at = 0;
  private rejection: Rejection | undefined;
  private readonly path: (string | number)[] = [];

  constructor(private readonly text: string) {}

  scan(): Rejection | undefined {
    this.value(0);
    return this.rejection;
  }

  private fail(code: Rejection['code'], what: string): void {
    const pointer = this.path
      .map((part) => `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('')
      .slice(0, 500);
    this.rejection ??= { code, message: `${pointer === '' ? 'The document' : pointer} ${what}`, pointer };
  }

  private value(depth: number): void {
    if (this.rejection !== undefined) return;
    if (depth > JSON_DEPTH_MAX)
      return this.fail('JSON_TOO_DEEP', `is nested deeper than ${JSON_DEPTH_MAX} levels.`);
    this.space();
    const char = this.text[this.at];
    if (char === '{') this.object(depth);
    else if (char === '[') this.array(depth);
    else if (char === '"') this.string();
    else if (char === 't' || char === 'n') this.at += 4;
    else if (char === 'f') this.at += 5;
    else this.number();
    this.space();
  }

  private space(): void {
    for (
      let c = this.text.charCodeAt(this.at);
      c === 32 || c === 10 || c === 13 || c === 9;
      c = this.text.charCodeAt(++this.at)
    );
  }

  private object(depth: number): void {
    const keys = new Set<string>();
    this.at++;
    this.space();
    while (this.rejection === undefined && this.text[this.at] !== '}') {
      this.space();
      const key = this.string();
      this.path.push(key);
      if (keys.has(key)) this.fail('DUPLICATE_JSON_KEY', 'stands twice in its object: keep one.');
      if (FORBIDDEN_KEYS.has(key)) this.fail('FORBIDDEN_KEY', 'is a key that is not allowed: rename it.');
      keys.add(key);
      this.space();
      this.at++; // ':'
      this.value(depth + 1);
      this.path.pop();
      if (this.text[this.at] === ',') this.at++;
    }
    this.at++;
  }

  private array(depth: number): void {
    let index = 0;
    this.at++;
    this.space();
    while (this.rejection === undefined && this.text[this.at] !== ']') {
      this.path.push(index++);
      this.value(depth + 1);
      this.path.pop();
      if (this.text[this.at] === ',') this.at++;
    }
    this.at++;
  }

  private string(): string {
    const start = this.at++;
    for (let c = this.text.charCodeAt(this.at); c !== 34; c = this.text.charCodeAt(++this.at))
      if (c === 92) this.at++;
    this.at++;
    const value = JSON.parse(this.text.slice(start, this.at)) as string;
    if (!value.isWellFormed())
      this.fail('INVALID_TEXT', 'holds a lone surrogate, which no UTF-8 text can hold: mend the text.');
    if (value.includes('\0')) this.fail('INVALID_TEXT', 'holds a NUL character: remove it.');
    return value;
  }

  private number(): void {
    const start = this.at;
    while (this.at < this.text.length && '+-.0123456789eE'.includes(this.text[this.at] as string)) this.at++;
    const written = this.text.slice(start, this.at);
    const value = Number(written);
    const exact =
      Number.isFinite(value) &&
      (Number.isInteger(value) ? Number.isSafeInteger(value) : sameDecimal(written, value));
    if (!exact) this.fail('NUMBER_NOT_EXACT', 'cannot be kept exactly as a number: write it as a text.');
  }
}

/** Whether a written fraction and a double say the same decimal: 0.10 and 0.1 do, 0.1000000000000000055 and 0.1 do not. */
function sameDecimal(written: string, value: number): boolean {
  return decimalOf(written) === decimalOf(String(value));
}

function decimalOf(written: string): string {
  const [mantissa = '', exponent = '0'] = written.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  return `${written.startsWith('-') ? '-' : ''}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}
