import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { cosigner, noteKeyPair, parseSignerKey, readLocalFile, Refusal, type Cosigner } from '@rapport/proof';
import { InvalidOption } from '../verify/invalid-option.js';
import { createDurably } from './durable-file.js';

const KEY_BYTES_MAX = 4_096;
const SEED_BYTES = 32;

/** The key of a witness. */
export interface WitnessKey {
  readonly cosigner: Cosigner;
  /** What verifiers put into their policies. */
  readonly verifierKey: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/**
 * The key in a file, made when the file is not there.
 * @param name of a key that is made
 * @throws InvalidOption when it would have to be made without a name, others can read it, or it is none
 */
export function witnessKey(path: string, name: string | undefined): WitnessKey {
  const isNew = readLocalFile(path, KEY_BYTES_MAX) === undefined && makeKey(path, name);
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new InvalidOption(`Others can read the secret key in ${path}: run chmod 600 ${path}.`);
  const signerKey = Buffer.from(readLocalFile(path, KEY_BYTES_MAX) ?? '')
    .toString()
    .trim();
  try {
    const { name: signer, seed, type } = parseSignerKey(signerKey);
    const { verifierKey } = noteKeyPair(signer, seed, type);
    return { cosigner: cosigner(signerKey), verifierKey, isNew };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new InvalidOption(`${path} holds no key of a witness: ${error.message}.`);
  }
}

function makeKey(path: string, name: string | undefined): boolean {
  if (name === undefined)
    throw new InvalidOption(
      `There is no key in ${path}: to make one, name it with --name, like --name example.org/w1.`,
    );
  let signerKey: string;
  try {
    ({ signerKey } = noteKeyPair(name, randomBytes(SEED_BYTES), 'cosignature'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new InvalidOption(`--name cannot be used: ${error.message}.`);
  }
  mkdirSync(dirname(path), { recursive: true });
  return createDurably(path, Buffer.from(`${signerKey}\n`), 0o600);
}
