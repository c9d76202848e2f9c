import { createHash, hash } from 'node:crypto';

/** The uuid namespace of Rapport's event ids; fixed for ever. */
export const EVENT_NAMESPACE = '5f0f4f0e-6b1d-5c58-9d0e-3f6c4c1b7a52';

const NAMESPACE_BYTES = Buffer.from(EVENT_NAMESPACE.replaceAll('-', ''), 'hex');
/** The namespace, and room for the usual name after it: what is hashed stands in the same bytes again and again. */
const SCOPE = Buffer.alloc(2_048);
NAMESPACE_BYTES.copy(SCOPE);
/** Its beginnings by their length, since a view costs as much as the hash. */
const SCOPES: Buffer[] = [];

/**
 * The store's id of an event: uuid v5 (RFC 9562, section 5.5) of the CloudEvents identity within its stream and tenant.
 * The parts are joined as JSON, so that no two scopes give the same text.
 * @example eventIdOf('acme', 'relationship/42', 'https://shop.example', 'order-17')
 */
export function eventIdOf(tenant: string, stream: string, source: string, id: string): string {
  const end = writePlainName(tenant, stream, source, id);
  const scope =
    end === NOT_PLAIN
      ? Buffer.concat([NAMESPACE_BYTES, Buffer.from(JSON.stringify([tenant, stream, source, id]))])
      : (SCOPES[end] ??= SCOPE.subarray(0, end));
  // One call into the hash, many times as fast as the uuid package that the spec holds it against: every event pays for it.
  return uuidOf(hash('sha1', scope, 'binary'));
}

const NOT_PLAIN = -1;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Writes the name of a scope behind the namespace, byte by byte: a text put together would be made only to be hashed.
 * Gives where it ends; {@link NOT_PLAIN} where JSON would escape something, or takes more than a byte for it.
 */
function writePlainName(...parts: readonly [string, string, string, string]): number {
  let at = NAMESPACE_BYTES.length;
  for (const part of parts) {
    if (at + part.length + 4 > SCOPE.length) return NOT_PLAIN;
    SCOPE[at] = at === NAMESPACE_BYTES.length ? 0x5b : 0x2c; // [ or ,
    SCOPE[at + 1] = QUOTE;
    at += 2;
    for (let index = 0; index < part.length; index++) {
      const code = part.charCodeAt(index);
      if (code < 0x20 || code >= 0x7f || code === QUOTE || code === BACKSLASH) return NOT_PLAIN;
      SCOPE[at++] = code;
    }
    SCOPE[at++] = QUOTE;
  }
  SCOPE[at++] = 0x5d; // ]
  return at;
}

const UUID = Buffer.from('00000000-0000-0000-0000-000000000000');
/** Where the two digits of each byte stand in it. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const HEX = Buffer.from('0123456789abcdef');

/** The uuid of a digest whose bytes are the characters of a text. In one piece: millions of ids are kept. */
function uuidOf(digest: string): string {
  for (let index = 0; index < DIGITS.length; index++) {
    let byte = digest.charCodeAt(index);
    if (index === 6) byte = (byte & 0x0f) | 0x50; // version 5
    if (index === 8) byte = (byte & 0x3f) | 0x80; // the variant of RFC 9562
    const at = DIGITS[index] as number;
    UUID[at] = HEX[byte >> 4] as number;
    UUID[at + 1] = HEX[byte & 0x0f] as number;
  }
  return UUID.toString('latin1');
}

/** SHA-256 of a text (as UTF-8) in lower-case hex. */
export const sha256Hex = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

/** Reads a position from its decimal text; undefined when it is not one. */
export const parsePosition = (text: string): bigint | undefined =>
  /^(0|[1-9]\d{0,19})$/.test(text) ? BigInt(text) : undefined;
