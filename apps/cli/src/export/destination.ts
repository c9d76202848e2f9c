import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Terminal } from '../terminal/terminal.js';

/** Where an export goes. */
export interface Destination {
  readonly write: (text: string) => Promise<void>;
  /** Makes the file appear under its name. */
  readonly done: () => Promise<void>;
  /** Leaves nothing half written behind. */
  readonly abandon: () => Promise<void>;
}

/**
 * stdout, or a file that appears only when it is whole.
 * @param mode of the file; what others may read unless given
 */
export function destination(
  terminal: Pick<Terminal, 'write'>,
  path: string | undefined,
  mode = 0o666,
): Destination {
  if (path === undefined)
    return { write: terminal.write, done: () => Promise.resolve(), abandon: () => Promise.resolve() };
  const partial = `${path}.partial`;
  const stream = createWriteStream(partial, { mode });
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => undefined);
  const end = async (): Promise<void> => {
    stream.end();
    await finished(stream);
  };
  return {
    write: async (text) => {
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failed]);
    },
    done: async () => {
      await Promise.race([end(), failed]);
      await rename(partial, path);
    },
    abandon: async () => {
      stream.destroy();
      await rm(partial, { force: true });
    },
  };
}
