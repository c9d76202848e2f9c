import { createHash } from 'node:crypto';
import { v5 } from 'uuid';

/** The uuid namespace of Rapport's event ids; fixed for ever. */
export const EVENT_NAMESPACE = '5f0f4f0e-6b1d-5c58-9d0e-3f6c4c1b7a52';

/**
 * The store's id of an event: uuid v5 (RFC 9562) of the CloudEvents identity within its stream and tenant.
 * The parts are joined as JSON, so that no two scopes give the same text.
 * @example eventIdOf('acme', 'relationship/42', 'https://shop.example', 'order-17')
 */
export const eventIdOf = (tenant: string, stream: string, source: string, id: string): string =>
  v5(JSON.stringify([tenant, stream, source, id]), EVENT_NAMESPACE);

/** SHA-256 of a text (as UTF-8) in lower-case hex. */
export const sha256Hex = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** The decimal text of a position, padded so that texts sort as positions do. */
export const positionText = (position: bigint): string => position.toString();

/** Reads a position from its decimal text; undefined when it is not one. */
export const parsePosition = (text: string): bigint | undefined => (/^(0|[1-9]\d{0,19})$/.test(text) ? BigInt(text) : undefined);
