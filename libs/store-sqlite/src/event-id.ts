import { RapportError } from '@rapport/kernel';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The 16 bytes of a uuid: less than half of its text. @throws RapportError `INVALID_ENVELOPE` */
export function idBytes(id: string): Buffer {
  if (!UUID.test(id)) {
    throw new RapportError(
      'INVALID_ENVELOPE',
      'The id of an event to append is not a uuid in lower-case letters: make it with eventIdOf.',
    );
  }
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The text of 16 bytes. */
export function idText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
