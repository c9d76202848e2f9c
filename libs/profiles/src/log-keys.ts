import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import type { LogKeys, SignedHeads } from '@rapport/ledger';
import { noteKeyPair, parseSignerKey, parseVerifierKey, Refusal } from '@rapport/proof';
import { writeDurably } from './durable-file.js';

/** Stands before the tenant in the origin of a log, unless configured otherwise. */
export const LOG_HOST_DEFAULT = 'rapport.local';

const SIGNER_KEY = 'log.key';
const VERIFIER_KEY = 'log.pub';
const CHECKPOINT = 'checkpoint';

/**
 * The keys of a tenant's log, as they lie in its folder: `log.key` (secret), `log.pub`.
 * @returns undefined where there are none yet
 * @throws RapportError `INVALID_CONFIGURATION` for keys that are damaged or do not belong together, or that others may read
 */
export async function readLogKeys(folder: string): Promise<LogKeys | undefined> {
  const [signerKey, verifierKey] = await Promise.all([
    text(join(folder, SIGNER_KEY)),
    text(join(folder, VERIFIER_KEY)),
  ]);
  if (verifierKey === undefined) return undefined;
  try {
    const { id } = parseVerifierKey(verifierKey);
    if (signerKey === undefined) return { verifierKey };
    if (parseSignerKey(signerKey).id !== id)
      throw invalid(folder, `${SIGNER_KEY} and ${VERIFIER_KEY} are of two logs`);
    return { verifierKey, signerKey };
  } catch (error) {
    if (error instanceof Refusal) throw invalid(folder, error.message);
    throw error;
  }
}

/** What came of beginning a log under a new key. */
export interface RenewedLogKey {
  /** The new key, for everybody who verifies. */
  readonly verifierKey: string;
  /** The folder of the old key and its last head. */
  readonly aside: string;
}

/** Makes the keys of a new log and keeps them. */
export async function makeLogKeys(folder: string, origin: string): Promise<Required<LogKeys>> {
  const keys = noteKeyPair(origin, randomBytes(32));
  await keepLogKeys(folder, keys);
  return keys;
}

/** Keeps the keys of a log. The secret is there before the key by which the log is known. */
export async function keepLogKeys(
  folder: string,
  { signerKey, verifierKey }: Required<LogKeys>,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(join(folder, SIGNER_KEY), `${signerKey}\n`);
  await writeDurably(join(folder, VERIFIER_KEY), `${verifierKey}\n`);
}

/** Sets the keys and the last head of a log aside, under names that tell when; gives the folder they are in now. */
export async function setLogAside(folder: string, now: number): Promise<string> {
  const aside = join(folder, `until-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`);
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const name of [VERIFIER_KEY, SIGNER_KEY, CHECKPOINT])
    await rename(join(folder, name), join(aside, name)).catch(ignoreMissing);
  return aside;
}

/** The last signed head, in a file beside the keys: apart from the data, and from its backups. */
export const signedHeadsIn = (folder: string): SignedHeads => ({
  last: () => bytes(join(folder, CHECKPOINT)),
  keep: (checkpoint) => writeDurably(join(folder, CHECKPOINT), checkpoint),
});

async function bytes(file: string): Promise<Uint8Array | undefined> {
  return readFile(file).catch(ignoreMissing);
}

async function text(file: string): Promise<string | undefined> {
  const read = await bytes(file);
  return read === undefined ? undefined : Buffer.from(read).toString('utf8').trim();
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

const invalid = (folder: string, why: string): RapportError =>
  new RapportError(
    'INVALID_CONFIGURATION',
    `The keys of the proof log in ${folder} cannot be used: ${why}. Put back the folder from its backup.`,
  );
