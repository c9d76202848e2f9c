import { refuse } from './refusal.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether two byte strings are the same. For hashes, where calling out to native code takes longer than looking. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

const room = Buffer.alloc(64);

/** Standard base64 (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  if (bytes instanceof Buffer) return bytes.toString('base64');
  if (bytes.length > room.length)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  // A small array lives inside the heap; asking for its buffer would move it out, which costs more than a copy.
  room.set(bytes);
  return room.toString('base64', 0, bytes.length);
}

/** Decodes standard base64 strictly: one text for one byte string, padded, no stray bits or characters. */
export function fromBase64(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) refuse('malformed', `${what} is not standard base64`);
  return bytes;
}

/** Decodes UTF-8 strictly, keeping every character. */
export function fromUtf8(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse('malformed', `${what} is not UTF-8`);
  }
}

/** A non-negative decimal without leading zeros, up to 2^53 - 1. */
export function fromDecimal(text: string, what: string): number {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) refuse('malformed', `${what} is not a plain decimal`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) refuse('too-large', `${what} is beyond 2^53 - 1`);
  return value;
}
