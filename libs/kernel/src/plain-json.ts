import type { Json } from './envelope.js';

/** What is written stands in the same bytes again and again; what does not fit is left to JSON.stringify. */
const ROOM = Buffer.alloc(8_192);
/** Kept free behind every text: room for what comes before the next look at how much there is. */
const SPARE = 64;
const LAST = ROOM.length - SPARE;
const NOT_PLAIN = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LATIN_LAST = 0xff;

/** An object of JSON, some of whose members may be undefined: those are left out. */
export interface JsonMembers {
  readonly [name: string]: Json | undefined;
}

/**
 * The same text as JSON.stringify, for objects like touchpoints: small, of texts without escapes and whole numbers. Such a
 * text is put together in one piece, for less than JSON.stringify takes to gather it in several, which whoever reads it
 * first has to join. Whatever else an object holds, JSON.stringify writes it.
 * @example jsonOf({ id: 'a', episode: undefined, data: { score: 7 } }) // '{"id":"a","data":{"score":7}}'
 */
export function jsonOf(object: JsonMembers): string {
  const end = writeMembers(object, 0);
  return end === NOT_PLAIN ? JSON.stringify(object) : ROOM.toString('latin1', 0, end);
}

function writeValue(value: Json, at: number): number {
  if (typeof value === 'string') return writeText(value, at);
  if (at > LAST) return NOT_PLAIN;
  // A number that is its own 32 bits has neither fraction nor exponent; of minus zero they say nothing.
  if (typeof value === 'number') return (value | 0) === value ? writeWhole(value, at) : NOT_PLAIN;
  if (typeof value === 'boolean') return writeWord(value ? 'true' : 'false', at);
  if (value === null) return writeWord('null', at);
  return Array.isArray(value)
    ? writeItems(value as readonly Json[], at)
    : writeMembers(value as JsonMembers, at);
}

function writeMembers(object: JsonMembers, start: number): number {
  let at = start;
  ROOM[at++] = 0x7b; // {
  for (const name in object) {
    const value = object[name];
    if (value === undefined) continue;
    if (at > start + 1) ROOM[at++] = 0x2c; // ,
    at = writeText(name, at);
    if (at === NOT_PLAIN) return NOT_PLAIN;
    ROOM[at++] = 0x3a; // :
    at = writeValue(value, at);
    if (at === NOT_PLAIN) return NOT_PLAIN;
  }
  return writeEnd(0x7d, at); // }
}

function writeItems(items: readonly Json[], start: number): number {
  let at = start;
  ROOM[at++] = 0x5b; // [
  for (let index = 0; index < items.length; index++) {
    if (index > 0) ROOM[at++] = 0x2c; // ,
    at = writeValue(items[index] as Json, at);
    if (at === NOT_PLAIN) return NOT_PLAIN;
  }
  return writeEnd(0x5d, at); // ]
}

/** What is spared is not enough for what is nested deeply. */
function writeEnd(bracket: number, at: number): number {
  if (at === ROOM.length) return NOT_PLAIN;
  ROOM[at] = bracket;
  return at + 1;
}

/** A text of characters that take one byte each in Latin-1, which is how the whole is read back. */
function writeText(text: string, start: number): number {
  if (start + text.length + 2 > LAST) return NOT_PLAIN;
  let at = start;
  ROOM[at++] = QUOTE;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > LATIN_LAST || code === QUOTE || code === BACKSLASH) return NOT_PLAIN;
    ROOM[at++] = code;
  }
  ROOM[at++] = QUOTE;
  return at;
}

function writeWhole(number: number, start: number): number {
  let at = start;
  let left = number;
  if (left < 0) {
    ROOM[at++] = 0x2d; // -
    left = -left;
  }
  let digits = 1;
  for (let power = 10; power <= left; power *= 10) digits++;
  for (let place = at + digits - 1; place >= at; place--) {
    const tenth = Math.floor(left / 10);
    ROOM[place] = 0x30 + left - tenth * 10;
    left = tenth;
  }
  return at + digits;
}

function writeWord(word: string, start: number): number {
  for (let index = 0; index < word.length; index++) ROOM[start + index] = word.charCodeAt(index);
  return start + word.length;
}
