import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { CheckpointSigner, SealedLog, type LogKeys, type ProofLog } from '@rapport/ledger';
import { holdFolder, sqliteProofLog } from '@rapport/store-sqlite';
import { LEDGER_FILE, secretsOf } from './files.js';
import {
  LOG_HOST_DEFAULT,
  makeLogKeys,
  readLogKeys,
  setLogAside,
  signedHeadsIn,
  type RenewedLogKey,
} from './log-keys.js';
import type { EmbeddedOptions } from './rapport.js';
import { reportFailure } from './report-failure.js';

/**
 * Opens the proof log of a tenant whose `ledger.db` is there. A writer makes the keys of a log that is still empty; it
 * never makes any for one that is not, since whoever knows the old key could not tell the log from a forged one.
 */
export async function openLog(options: EmbeddedOptions, tenant: string): Promise<SealedLog> {
  const folder = secretsOf(options, tenant);
  const log = sqliteProofLog(join(options.dataDir, tenant, LEDGER_FILE));
  try {
    const heads = signedHeadsIn(folder);
    const known = await readLogKeys(folder);
    if (options.readOnly === true) return new SealedLog({ tenant, log, heads, keys: known });
    const isNew = known === undefined && (await log.size()) === 0;
    const keys = isNew ? await makeLogKeys(folder, originOf(options, tenant)) : known;
    const signer = await signerOf(log, heads, keys, isNew);
    const sealed = new SealedLog({
      tenant,
      log,
      heads,
      keys,
      ...(signer === undefined ? { refused: noKey(folder) } : { signer }),
    });
    if (sealed.refused !== undefined) reportFailure(sealed.refused);
    sealed.start(reportFailure);
    return sealed;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Does what `renewLogKey` says in a data folder. @throws RapportError `LEDGER_IN_USE`, `TENANT_NOT_FOUND` */
export async function renewEmbeddedLogKey(
  options: EmbeddedOptions,
  tenant: string,
  now: number,
): Promise<RenewedLogKey> {
  const file = join(options.dataDir, tenant, LEDGER_FILE);
  if (!existsSync(file))
    throw new RapportError('TENANT_NOT_FOUND', `There is no tenant ${tenant} in ${options.dataDir}.`);
  const hold = holdFolder(options.dataDir);
  const log = sqliteProofLog(file);
  try {
    const folder = secretsOf(options, tenant);
    const aside = await setLogAside(folder, now);
    const keys = await makeLogKeys(folder, originOf(options, tenant));
    await signerOf(log, signedHeadsIn(folder), keys, true);
    return { verifierKey: keys.verifierKey, aside };
  } finally {
    await log.close();
    hold.release();
  }
}

async function signerOf(
  log: ProofLog,
  heads: ReturnType<typeof signedHeadsIn>,
  keys: LogKeys | undefined,
  isNew: boolean,
): Promise<CheckpointSigner | undefined> {
  if (keys?.signerKey === undefined) return undefined;
  const { verifierKey, signerKey } = keys;
  const signer = new CheckpointSigner({ log, heads, keys: { verifierKey, signerKey } });
  await signer.open(isNew);
  return signer;
}

const originOf = ({ logHost = LOG_HOST_DEFAULT }: EmbeddedOptions, tenant: string): string =>
  `${logHost}/${tenant}`;

const noKey = (folder: string): RapportError =>
  new RapportError(
    'LOG_NOT_SIGNED',
    `The ledger is not empty, and the key that signs its proof log is not in ${folder}: put back the folder, or begin a log under a new key with \`rapport log new-key\`.`,
  );
