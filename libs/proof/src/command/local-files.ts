import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../refusal.js';
import type { Files } from './counted-files.js';

/** The files of this machine. A path of a log is put together by the verifier: none comes from what it reads. */
export const localFiles: Files = {
  read: (path, bytesMax) => attempt(() => readLocalFile(path, bytesMax)),
  folder: (root) => ({
    read: (path, bytesMax) => attempt(() => readLocalFile(join(root, path), bytesMax)),
  }),
};

async function attempt<T>(work: () => T): Promise<T> {
  return work();
}

/**
 * The whole content of a file, or undefined when it is not there.
 * @throws Refusal `too-large` instead of reading more than `bytesMax`
 * @example readLocalFile('export/checkpoint', NOTE_BYTES_MAX)
 */
export function readLocalFile(path: string, bytesMax: number): Uint8Array | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    // One byte more than allowed tells a file that is too long, also one that grows while it is read.
    const { size } = fstatSync(file);
    if (size > bytesMax) refuse('too-large', `${path} has more than ${bytesMax} bytes`);
    const content = Buffer.allocUnsafe(size + 1); // only what was read is handed out
    let length = 0;
    for (let read = -1; read !== 0 && length <= size; length += read)
      read = readSync(file, content, length, content.length - length, null);
    if (length > size) refuse('too-large', `${path} grows while it is read`);
    return content.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
