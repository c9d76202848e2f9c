/** Bytes of a word. */
export const WORD_BYTES = 4;

/** Bytes that stand in every leaf, at least four, as words to compare: all whole ones, and the last four bytes. */
export interface Literal {
  readonly bytes: number;
  readonly words: readonly number[];
  readonly last: number;
}

/**
 * Makes words of a text of four bytes or more.
 * @example literalOf('","stream":"')
 */
export function literalOf(text: string): Literal {
  const content = Buffer.from(text);
  const words = Array.from({ length: Math.floor(content.length / WORD_BYTES) }, (_, word) =>
    content.readInt32BE(word * WORD_BYTES),
  );
  return { bytes: content.length, words, last: content.readInt32BE(content.length - WORD_BYTES) };
}
