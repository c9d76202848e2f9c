import type { Invocation } from '../invocation.js';
import { destination } from './destination.js';

/** Pieces are written together up to about so many characters. */
const CHUNK_LENGTH = 64 * 1024;

/** How items are written. */
export interface ItemsText<T> {
  /** The file; stdout unless given. */
  readonly path: string | undefined;
  readonly header?: string;
  readonly textOf: (item: T) => string;
  /** Is told now and then how many items are written. */
  readonly onCount?: (count: number) => void;
}

/** Writes items as they come, to stdout or into a file that appears only when it is whole; gives their number. */
export async function writeItems<T>(
  { terminal, signal }: Pick<Invocation, 'terminal' | 'signal'>,
  items: AsyncIterable<T> | Iterable<T>,
  { path, header = '', textOf, onCount }: ItemsText<T>,
): Promise<number> {
  const out = destination(terminal, path);
  let count = 0;
  let chunk = header;
  try {
    for await (const item of items) {
      signal.throwIfAborted();
      chunk += textOf(item);
      count++;
      if (chunk.length < CHUNK_LENGTH) continue;
      await out.write(chunk);
      chunk = '';
      onCount?.(count);
    }
    await out.write(chunk);
    await out.done();
  } catch (error) {
    await out.abandon();
    throw error;
  }
  return count;
}
