import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { headOf, type LogKeys } from '@rapport/ledger';
import { noteVerifier, openCheckpoint, Refusal, type TreeHead } from '@rapport/proof';
import { keepLogKeys, readLogKeys, signedHeadsIn } from '../log-keys.js';
import type { TenantSource, TenantTarget } from './move-places.js';

/** What a log goes on with elsewhere. */
export interface LogToMove {
  readonly keys: Required<LogKeys>;
  readonly checkpoint: Uint8Array | undefined;
  /** What the checkpoint says; undefined where nothing was signed. */
  readonly head: TreeHead | undefined;
}

/**
 * The keys of the source's log and its last signed head, which is compared with the log.
 * @returns undefined for a log that nobody ever signed, which may begin under a new key anywhere
 * @throws RapportError `LOG_NOT_SIGNED` when the key is not there, `STORE_CORRUPT` when the log is not what was signed
 */
export async function logToMove(source: TenantSource): Promise<LogToMove | undefined> {
  const { tenant, secrets, log } = source;
  const folder = join(secrets.keysDir, tenant);
  const verifierKey = await source.verifierKey();
  const { signerKey, verifierKey: own } = (await readLogKeys(folder)) ?? {};
  if (verifierKey === undefined) return undefined;
  if (signerKey === undefined || own !== verifierKey)
    throw new RapportError(
      'LOG_NOT_SIGNED',
      `The key that signs the proof log of ${tenant} is not in ${folder}, so that the log could not go on under it: name the folder of secrets that the source is run with.`,
    );
  const keys = { signerKey, verifierKey };
  const checkpoint = await source.lastHead();
  if (checkpoint === undefined) return { keys, checkpoint, head: undefined };
  const head = signedHead(checkpoint, verifierKey, tenant);
  if (head.size > (await log.size()))
    throw notSigned(tenant, `it has fewer events than the ${head.size} signed`);
  const { root } = await headOf(log, head.size);
  if (Buffer.compare(root, head.root) !== 0)
    throw notSigned(tenant, `its first ${head.size} events are not those signed`);
  return { keys, checkpoint, head };
}

/**
 * Lets the log go on in the target: its keys and its last signed head go to the folder of secrets there. A head that covers
 * more stays.
 * @throws RapportError `LOG_NOT_SIGNED` when the target has another log's key
 */
export async function moveLog(
  { tenant }: TenantSource,
  target: TenantTarget,
  { keys, checkpoint, head }: LogToMove,
): Promise<void> {
  const folder = join(target.secrets.keysDir, tenant);
  const known = await readLogKeys(folder);
  if (known !== undefined && known.verifierKey !== keys.verifierKey)
    throw new RapportError(
      'LOG_NOT_SIGNED',
      `The target holds something else: the key in ${folder} is that of another log of ${tenant}. Move to a place that is empty.`,
    );
  if (known?.signerKey === undefined) await keepLogKeys(folder, keys);
  const heads = signedHeadsIn(folder);
  const standing = await heads.last();
  const covered = standing === undefined ? -1 : signedHead(standing, keys.verifierKey, tenant).size;
  if (checkpoint !== undefined && head !== undefined && head.size > covered) await heads.keep(checkpoint);
  await target.publish(keys, await heads.last());
}

function signedHead(checkpoint: Uint8Array, verifierKey: string, tenant: string): TreeHead {
  try {
    return openCheckpoint(checkpoint, noteVerifier(verifierKey)).checkpoint;
  } catch (error) {
    if (error instanceof Refusal)
      throw notSigned(tenant, `its last signed head cannot be read (${error.message})`);
    throw error;
  }
}

const notSigned = (tenant: string, why: string): RapportError =>
  new RapportError(
    'STORE_CORRUPT',
    `The ledger of ${tenant} is not moved, since ${why}: run \`rapport verify --store --tenant ${tenant}\` where it lies.`,
  );
