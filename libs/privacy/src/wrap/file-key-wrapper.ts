import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { toBase64Url } from '../bytes/base64url.js';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import { SECRET_BYTES } from './aes-key-wrapper.js';
import { wrapperOfText } from './key-secret.js';

export interface FileKeyWrapperOptions {
  /** Path of the secret. In another place, and in another backup, than events and keys; its folder must exist. */
  readonly file: string;
  readonly tenant: string;
  /**
   * Whether a missing secret is made. Only where the key store is still empty: a new secret would open none of the keys
   * that are there, and hide that the old one is missed.
   */
  readonly mayMake: boolean;
}

/**
 * The key-encryption key of a tenant from a secret in a file: 32 random bytes as base64url, readable by its owner only
 * (mode 0600, which is checked).
 * @throws RapportError `INVALID_CONFIGURATION` (missing, readable by others, or not a secret)
 * @example fileKeyWrapper({ file: '/etc/rapport/main.key', tenant: 'main', mayMake: true })
 */
export function fileKeyWrapper({ file, tenant, mayMake }: FileKeyWrapperOptions): KeyWrapper {
  const text = read(file) ?? (mayMake ? made(file) : undefined);
  if (text === undefined)
    throw new RapportError(
      'INVALID_CONFIGURATION',
      `There is no key-encryption key at ${file}, without which no personal value can be read: put back the file, or restore it from its backup.`,
    );
  return wrapperOfText(text, tenant, `The file ${file}`);
}

const OTHERS = 0o077;

/** The text of the secret; undefined when there is no file. */
function read(file: string): string | undefined {
  try {
    const opened = openSync(file, 'r');
    try {
      if (process.platform !== 'win32' && (fstatSync(opened).mode & OTHERS) !== 0)
        throw new RapportError(
          'INVALID_CONFIGURATION',
          `The key-encryption key ${file} may be read by others than its owner: run \`chmod 600\` on it, and think about who has read it.`,
        );
      return readFileSync(opened, 'latin1');
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error instanceof RapportError ? error : unusable(file, 'cannot be read', error);
  }
}

/** Makes the secret under another name first, so that it is there whole or not at all. */
function made(file: string): string | undefined {
  const unfinished = `${file}.${process.pid}-${toBase64Url(randomBytes(6))}.new`;
  try {
    writeDurably(unfinished, `${toBase64Url(randomBytes(SECRET_BYTES))}\n`);
    publish(unfinished, file);
    syncFolder(dirname(file)); // or a power cut could take the secret and leave the keys made with it
  } catch (cause) {
    throw unusable(file, 'cannot be made', cause);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return read(file);
}

/** Whoever comes second to make the same secret finds the first one's. */
function publish(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') renameSync(unfinished, file); // a file system without links
  }
}

function writeDurably(file: string, text: string): void {
  const opened = openSync(file, 'wx', 0o600);
  try {
    fchmodSync(opened, 0o600);
    writeSync(opened, text);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // which keeps folders safe by itself
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

const unusable = (file: string, what: string, cause: unknown): RapportError =>
  new RapportError(
    'INVALID_CONFIGURATION',
    `The key-encryption key ${file} ${what}: check the path, and the permissions of the file and its folder.`,
    { cause },
  );

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
