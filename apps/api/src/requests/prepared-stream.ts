import { Readable } from 'node:stream';

/** Pieces of text are joined to this length before they are sent. */
const PIECE_LENGTH_MIN = 16_384;

/**
 * A stream of text whose first piece is made before it is returned, so that an error on the way to it can still become a
 * problem; one that comes later breaks the answer off. The source is read as fast as the client takes it.
 */
export async function preparedStream(source: AsyncIterable<string> | Iterable<string>): Promise<Readable> {
  const pieces = joined(source);
  const first = await pieces.next();
  const rest = async function* (): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* pieces;
  };
  return Readable.from(rest(), { objectMode: false });
}

async function* joined(source: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, undefined> {
  let text = '';
  for await (const piece of source) {
    text += piece;
    if (text.length < PIECE_LENGTH_MIN) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
  return undefined;
}
