import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { readLocalFile, type Files, type LaterLogReader } from '@rapport/proof';
import { fetchFile, isAddress, logAddress } from './fetch-file.js';

/** How long files are read before other things, like Ctrl-C, get their turn. */
const TURN_MS = 50;

/** The files of this machine and, where a URL is given, those of a server. Reading stops when the signal aborts. */
export function proofFiles(signal: AbortSignal): Files {
  let turnedMs = performance.now();
  const readLocal = async (path: string, bytesMax: number): Promise<Uint8Array | undefined> => {
    if (performance.now() - turnedMs > TURN_MS) {
      await turn();
      turnedMs = performance.now();
    }
    signal.throwIfAborted();
    return readLocalFile(path, bytesMax);
  };
  return {
    read: (path, bytesMax) =>
      isAddress(path) ? fetchFile(new URL(path), bytesMax, signal) : readLocal(path, bytesMax),
    folder: (path): LaterLogReader =>
      isAddress(path)
        ? { read: (name, bytesMax) => fetchFile(logAddress(path, name), bytesMax, signal) }
        : { read: (name, bytesMax) => readLocal(join(path, name), bytesMax) },
  };
}
