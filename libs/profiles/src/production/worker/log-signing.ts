import { RapportError } from '@rapport/kernel';
import { CheckpointSigner, headsInTwoPlaces, type Signing } from '@rapport/ledger';
import { LOG_HOST_DEFAULT, makeLogKeys, readLogKeys, signedHeadsIn } from '../../log-keys.js';
import type { TenantStores } from '../tenant-stores.js';

/** Whose log is signed, and where its keys lie. */
export interface LogSigning {
  readonly tenant: string;
  /** The folder of the tenant's secrets: its keys, and the memory of what was signed. */
  readonly folder: string;
  readonly logHost: string | undefined;
}

/**
 * Opens what signs the log of a tenant. Keys are made where nobody has ever published one: for a log that is known already,
 * whoever knows its key could not tell one under new keys from a forged one.
 * @throws RapportError `LOG_NOT_SIGNED`, `INVALID_CONFIGURATION`
 */
export async function openLogSigner(
  { heads, log }: Pick<TenantStores, 'heads' | 'log'>,
  { tenant, folder, logHost = LOG_HOST_DEFAULT }: LogSigning,
): Promise<Signing> {
  const isNew = (await heads.verifierKey()) === undefined;
  const known = await readLogKeys(folder);
  const keys = known ?? (isNew ? await makeLogKeys(folder, `${logHost}/${tenant}`) : undefined);
  const { verifierKey, signerKey } = keys ?? {};
  if (verifierKey === undefined || signerKey === undefined)
    throw new RapportError(
      'LOG_NOT_SIGNED',
      `The key that signs the proof log of ${tenant} is not in ${folder}: put back the folder, and give all workers the same one (RAPPORT_KEYS).`,
    );
  await heads.publishKey(verifierKey);
  const memory = signedHeadsIn(folder);
  const signer = new CheckpointSigner({
    log,
    heads: headsInTwoPlaces({ memory, published: heads, verifierKey }),
    keys: { verifierKey, signerKey },
  });
  await signer.open(isNew);
  // A database that was lost, and is made again, learns of what was signed from the memory, though nothing is to be signed.
  const remembered = await memory.last();
  if (remembered !== undefined && signer.refused === undefined) await heads.keep(remembered);
  return signer;
}
