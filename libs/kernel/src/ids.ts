import { createHash, hash } from 'node:crypto';
import { jsonText } from './strict-json.js';

/** The uuid namespace of Rapport's event ids; fixed for ever. */
export const EVENT_NAMESPACE = '5f0f4f0e-6b1d-5c58-9d0e-3f6c4c1b7a52';

const NAMESPACE_BYTES = Buffer.from(EVENT_NAMESPACE.replaceAll('-', ''), 'hex');
/** The namespace, and room for the usual name after it: what is hashed stands in the same bytes again and again. */
const SCOPE = Buffer.alloc(2_048);
NAMESPACE_BYTES.copy(SCOPE);
const BYTES_PER_UNIT_MAX = 3;

/**
 * The store's id of an event: uuid v5 (RFC 9562, section 5.5) of the CloudEvents identity within its stream and tenant.
 * The parts are joined as JSON, so that no two scopes give the same text.
 * @example eventIdOf('acme', 'relationship/42', 'https://shop.example', 'order-17')
 */
export function eventIdOf(tenant: string, stream: string, source: string, id: string): string {
  const name = `[${jsonText(tenant)},${jsonText(stream)},${jsonText(source)},${jsonText(id)}]`;
  // One call into the hash, many times as fast as the uuid package that the spec holds it against: every event pays for it.
  const digest = hash('sha1', scopeOf(name), 'hex');
  const variant = VARIANTS[Number.parseInt(digest.charAt(16), 16) & 3];
  return inOnePiece(
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`,
  );
}

/** A text that was put together stays the sum of its pieces in memory, 400 bytes more; millions of ids are kept. */
function inOnePiece(id: string): string {
  ID.write(id, 'latin1');
  return ID.toString('latin1');
}

const ID = Buffer.alloc(36);

function scopeOf(name: string): Buffer {
  if (NAMESPACE_BYTES.length + name.length * BYTES_PER_UNIT_MAX > SCOPE.length)
    return Buffer.concat([NAMESPACE_BYTES, Buffer.from(name)]);
  return SCOPE.subarray(0, NAMESPACE_BYTES.length + SCOPE.write(name, NAMESPACE_BYTES.length));
}

/** The first two bits of the ninth byte are 10, the two after it the digest's own. */
const VARIANTS = '89ab';

/** SHA-256 of a text (as UTF-8) in lower-case hex. */
export const sha256Hex = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

/** Reads a position from its decimal text; undefined when it is not one. */
export const parsePosition = (text: string): bigint | undefined =>
  /^(0|[1-9]\d{0,19})$/.test(text) ? BigInt(text) : undefined;
