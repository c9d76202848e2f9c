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
  // A text that comes back unchanged has no double keys and no inexact numbers; what is left to look for stands in it as
  // plain text (`\u` for escapes, the keys). Most emitters write exactly this form, so most texts end here.
  if (!suspicious(text) && writesBackAs(value, text)) return accept(value);
  const rejection = new Scanner(text).scan();
  return rejection === undefined ? accept(value) : { ok: false, rejection };
}

const SUSPICIOUS = /\\u|__proto__|"constructor"|"prototype"|[\uD800-\uDFFF]/;

function suspicious(text: string): boolean {
  let openings = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5b || unit === 0x7b) openings++;
  }
  return openings > JSON_DEPTH_MAX || SUSPICIOUS.test(text);
}

function writesBackAs(value: Json, text: string): boolean {
  try {
    return JSON.stringify(value) === text;
  } catch {
    return false; // too deep for the stack
  }
}

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
