import { RapportError } from './errors.js';
import type { EntryPlace } from './query.js';

/** What a cursor holds: the place of the last item of a page. */
export type CursorParts = readonly (string | null)[];

/** A cursor as clients see it: base64url of a JSON array. */
export const encodeCursor = (parts: CursorParts): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/**
 * Reads a cursor back.
 * @param fits says whether the parts belong to this very query
 * @throws RapportError `INVALID_CURSOR`
 */
export function decodeCursor(cursor: string, fits: (parts: CursorParts) => boolean): CursorParts {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parts = undefined;
  }
  if (isParts(parts) && fits(parts)) return parts;
  throw new RapportError(
    'INVALID_CURSOR',
    'The cursor is not one of this query: take `next` of the page before, unchanged.',
  );
}

const isParts = (value: unknown): value is CursorParts =>
  Array.isArray(value) && value.every((part) => part === null || typeof part === 'string');

/** The cursor of a page of entries: the place of its last one. */
export const placeCursor = ({ time, source, id, subject }: EntryPlace): string =>
  encodeCursor([time, source, id, subject]);

/** Reads the place in a cursor back. @throws RapportError `INVALID_CURSOR` */
export function placeIn(cursor: string): EntryPlace {
  const parts = decodeCursor(cursor, (read) => read.length === 4 && read.every((part) => part !== null));
  const [time, source, id, subject] = parts as readonly [string, string, string, string];
  return { time, source, id, subject };
}
