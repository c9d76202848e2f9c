import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

let made = 0;

/** Replaces a file: whatever happens, the old content or the new is there, and the new is when this returns. */
export function replaceDurably(path: string, content: Uint8Array, mode = 0o644): void {
  const partial = writePartial(path, content, mode);
  renameSync(partial, path);
  flushFolder(dirname(path));
}

/**
 * Makes a file that is not there yet, durable when this returns. Of several processes that try at once, one succeeds.
 * @returns false when it is there already
 */
export function createDurably(path: string, content: Uint8Array, mode = 0o644): boolean {
  const partial = writePartial(path, content, mode);
  try {
    linkSync(partial, path);
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(partial, { force: true });
  }
  flushFolder(dirname(path));
  return true;
}

function writePartial(path: string, content: Uint8Array, mode: number): string {
  const partial = `${path}.${process.pid}-${made++}.partial`;
  const file = openSync(partial, 'w', mode);
  try {
    for (let written = 0; written < content.length;) written += writeSync(file, content, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return partial;
}

/** A new name is durable when its folder is; Windows flushes names by itself and lets nobody open a folder. */
function flushFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
