/** Bytes of an event id. */
export const ID_BYTES = 16;

const UUID_LENGTH = 36;
/** Where the dashes stand. */
const DASHES = [8, 13, 18, 23];
/** Where the two digits of each byte begin. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const NONE = 0xff;
/** Value of a hexadecimal digit by its character code; capitals are not taken, so that an id has one text only. */
const VALUES = new Uint8Array(0x1_0000).fill(NONE);
for (let value = 0; value < 16; value++) VALUES[value.toString(16).charCodeAt(0)] = value;

/**
 * Writes the 16 bytes of a uuid over those of a buffer; false when the text is not a uuid in lower-case letters. By hand,
 * since this runs for every event and a buffer of its own for each id costs more than storing the event.
 */
export function writeId(id: string, bytes: Uint8Array): boolean {
  if (id.length !== UUID_LENGTH) return false;
  for (const dash of DASHES) if (id.charCodeAt(dash) !== 0x2d) return false;
  let wrong = 0;
  for (let byte = 0; byte < ID_BYTES; byte++) {
    const at = DIGITS[byte] ?? 0;
    const high = VALUES[id.charCodeAt(at)] ?? NONE;
    const low = VALUES[id.charCodeAt(at + 1)] ?? NONE;
    wrong |= high | low;
    bytes[byte] = (high << 4) | low;
  }
  return wrong < 16;
}

const text = Buffer.alloc(UUID_LENGTH, '-');
/** The bit in which a small letter differs from its capital; digits have it anyway. */
const CASE = 0x20;

/**
 * The uuid of SQLite's `hex(id)`: reading text is several times cheaper than making a buffer for each row, and so is
 * writing the characters over those of the last one, than cutting the text and joining the pieces.
 */
export function idText(hexOfSqlite: string): string {
  for (let byte = 0; byte < ID_BYTES; byte++) {
    const at = DIGITS[byte] ?? 0;
    text[at] = hexOfSqlite.charCodeAt(2 * byte) | CASE;
    text[at + 1] = hexOfSqlite.charCodeAt(2 * byte + 1) | CASE;
  }
  return text.toString('latin1');
}
