import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../refusal.js';
import type { Files } from './counted-files.js';

/** The files of this machine. */
export const localFiles: Files = {
  read: readFile,
  folder: (root) => ({ read: (path, bytesMax) => readFile(join(root, path), bytesMax) }),
};

function readFile(path: string, bytesMax: number): Uint8Array | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    // One byte more than allowed tells a file that is too long, also one that grows while it is read.
    const { size } = fstatSync(file);
    if (size > bytesMax) refuse('too-large', `${path} has more than ${bytesMax} bytes`);
    const content = Buffer.alloc(size + 1);
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
