/** Ends a part; no part holds it, since a NUL of its own is followed by {@link ESCAPED}. */
const END = '\u0000\u0000';
const ESCAPED = '\u0000\u0001';

const escaped = (part: string): string => part.replaceAll('\u0000', ESCAPED);

/**
 * Several texts as one, whose order by UTF-8 bytes is the order of the texts one after the other: what MongoDB orders
 * `_id` by. So a range of places is a range of `_id`.
 */
export const orderedId = (parts: readonly string[]): string =>
  parts.map((part) => escaped(part) + END).join('');

/** The texts again. */
export const partsOf = (id: string): readonly string[] =>
  id
    .split(END)
    .slice(0, -1)
    .map((part) => part.replaceAll(ESCAPED, '\u0000'));

/** Not above any id that begins with these parts and goes on with a text from this one on. */
export const idFrom = (parts: readonly string[], from: string): string => orderedId(parts) + escaped(from);

/** Above every id that begins with these parts and goes on with a text up to and including this one; below all others. */
export const idBeyond = (parts: readonly string[], to: string): string =>
  orderedId(parts) + escaped(to) + ESCAPED;

/** A position as text in its own order. */
export const paddedPosition = (position: bigint): string => String(position).padStart(20, '0');
