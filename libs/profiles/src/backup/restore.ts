import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { putStoreInPlace } from '@rapport/store-sqlite';
import { openEmbedded } from '../embedded.js';
import { ERASURES_FILE, KEYS_FILE, keysDirOf, LEDGER_FILE } from '../files.js';
import { KEYS_IN_BACKUP } from './back-up.js';
import { checkEmpty, checkRoom, clear, copyDurably } from './folders.js';
import { backedUpFile, readManifest, type BackedUpTenant, type Manifest } from './manifest.js';
import { signedSizeIn } from './signed-size.js';
import { verifiedCopy, type CopyProgress } from './verified-copy.js';

export interface RestoreOptions {
  /** The folder of the events of a backup. */
  readonly from: string;
  /** The folder of its keys, or of a later backup of the keys; the one in `from` unless given. */
  readonly keysFrom?: string | undefined;
  /** The data folder to make. Must be empty or missing. */
  readonly dataDir: string;
  /** The folder of secrets. What it holds already stays: it is newer than any backup. */
  readonly keysDir?: string | undefined;
  /** Checks the backup and says what it holds, and restores nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: CopyProgress;
  readonly signal?: AbortSignal;
}

/** A tenant as it was found after the restore. */
export interface RestoredTenant extends BackedUpTenant {
  /** Keys of persons that open. Where nothing was restored nothing was opened. */
  readonly keys?: number;
  /** Persons whose erasure was applied before any key was opened. */
  readonly erased?: number;
}

/** What was restored, or would be. */
export interface Restore {
  readonly dataDir: string;
  readonly keysDir: string;
  /** When the backup was made: RFC 3339, UTC. */
  readonly madeat: string;
  readonly tenants: readonly RestoredTenant[];
  /** What to look after, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Makes a data folder from a backup: checks every file against the backup's manifest, verifies events, tree and signed
 * head, puts the stores in place, and applies every erasure that the ledger, the key store or the journal beside the secrets
 * knows of before a key is opened. Views are built when the folder is next opened for writing.
 * @throws RapportError `DATA_NOT_FOUND`, `STORE_FOREIGN`, `STORE_CORRUPT` (a file is not the one that was backed up),
 * `INVALID_REQUEST` (the data folder is not empty, or the keys are older than the events), `DISK_FULL`, `KEY_NOT_FOUND`,
 * `KEY_WRONG`
 * @example await restore({ from: '/backup/mon', keysFrom: '/vault/mon', dataDir: './data' });
 */
export async function restore(options: RestoreOptions): Promise<Restore> {
  const { from, keysFrom = join(from, KEYS_IN_BACKUP), dataDir, dryRun = false } = options;
  const keysDir = keysDirOf(options);
  const events = await readManifest(from, 'events');
  const keys = await readManifest(keysFrom, 'keys');
  checkAge(events, keys, keysFrom);
  await checkEmpty(dataDir, 'a restore');
  await checkRoom(dataDir, bytesIn(events) + bytesIn(keys));
  await checkFiles(options, from, events);
  await checkFiles(options, keysFrom, keys);
  for (const { tenant, root } of events.tenants) {
    // The head in later keys may cover more than there is here: then what was verified at the backup has to do.
    const keysDir = keys.madeat === events.madeat ? keysFrom : undefined;
    const found = await verifiedCopy({ ...options, dataDir: from, keysDir, tenant });
    if (found.root !== root) throw changed(join(from, tenant, LEDGER_FILE));
  }
  const warnings = await warningsOf(events, keysDir, keysFrom);
  const said = { dataDir, keysDir, madeat: events.madeat, warnings };
  if (dryRun) return { ...said, tenants: events.tenants };

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    await putInPlace({ ...options, keysFrom, keysDir }, events.tenants, keys);
    return { ...said, tenants: await opened(dataDir, keysDir, events.tenants) };
  } catch (error) {
    await clear([dataDir]); // which was empty; secrets that were put back stay, and are found again
    throw error;
  }
}

type Restoring = RestoreOptions & { readonly keysFrom: string; readonly keysDir: string };

async function putInPlace(
  { from, keysFrom, dataDir, keysDir, signal }: Restoring,
  tenants: readonly BackedUpTenant[],
  keys: Manifest,
): Promise<void> {
  for (const { tenant } of tenants) {
    signal?.throwIfAborted();
    await mkdir(join(dataDir, tenant), { recursive: true, mode: 0o700 });
    for (const [store, name, folder] of [
      ['keys', KEYS_FILE, keysFrom],
      ['ledger', LEDGER_FILE, from],
    ] as const)
      await putStoreInPlace(store, { from: join(folder, tenant, name), to: join(dataDir, tenant, name) });
  }
  for (const { path } of keys.files.filter((file) => basename(file.path) !== KEYS_FILE))
    await putSecretBack(join(keysFrom, path), join(keysDir, path));
}

/** A secret that is there is newer than a backup's. A journal of erasures that is there gets what it does not hold. */
async function putSecretBack(from: string, to: string): Promise<void> {
  if (!existsSync(to)) return copyDurably(from, to);
  if (basename(to) !== ERASURES_FILE) return;
  const standing = await readFile(to, 'utf8');
  const lines = standing.split('\n');
  const missing = (await readFile(from, 'utf8')).split('\n').filter((line) => !lines.includes(line));
  if (missing.length === 0) return;
  const text = missing.map((line) => `${line}\n`).join('');
  await appendFile(to, standing === '' || standing.endsWith('\n') ? text : `\n${text}`, { flush: true });
}

/** Opens every ledger once, as its next writer will: erasures are applied, and the keys of all others open. */
async function opened(
  dataDir: string,
  keysDir: string,
  tenants: readonly BackedUpTenant[],
): Promise<readonly RestoredTenant[]> {
  const rapport = await openEmbedded({ dataDir, keysDir, projector: 'inline' });
  try {
    const restored: RestoredTenant[] = [];
    for (const tenant of tenants) {
      const ledger = await rapport.ledger(tenant.tenant);
      const { keys, erased } = await ledger.checkKeys();
      restored.push({ ...tenant, keys, erased });
    }
    return restored;
  } finally {
    await rapport.close();
  }
}

async function checkFiles(
  { onProgress, signal }: RestoreOptions,
  folder: string,
  { files }: Manifest,
): Promise<void> {
  for (const { path, bytes, sha256 } of files) {
    if (!existsSync(join(folder, path))) throw changed(join(folder, path));
    const read = await backedUpFile(folder, path, (done) => onProgress?.('hash', path, done, bytes), signal);
    if (read.bytes !== bytes || read.sha256 !== sha256) throw changed(join(folder, path));
  }
}

function checkAge(events: Manifest, keys: Manifest, keysFrom: string): void {
  if (keys.madeat >= events.madeat) return;
  throw new RapportError(
    'INVALID_REQUEST',
    `The keys in ${keysFrom} were backed up on ${keys.madeat}, before the events on ${events.madeat}: persons who came between would have no key. Name the keys of the same backup, or later ones, with --keys-from.`,
  );
}

/** What the secrets that will be there know beyond the events of the backup. */
async function warningsOf(events: Manifest, keysDir: string, keysFrom: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { tenant, events: count } of events.tenants) {
    const surviving = await signedSizeIn(join(keysDir, tenant));
    const signed = surviving ?? (await signedSizeIn(join(keysFrom, tenant))) ?? 0;
    if (signed > count)
      warnings.push(
        `${tenant}: ${signed} events were signed, and the backup holds ${count}: ${signed - count} are lost, and nothing is signed any more, since that would deny them. Restore a later backup, or begin a log under a new key with \`rapport log new-key\`.`,
      );
    if (surviving === undefined)
      warnings.push(
        `${tenant}: the last signed head comes from the backup. Heads that were signed later, if there were any, are not of this ledger: a witness will notice.`,
      );
  }
  return warnings;
}

const bytesIn = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

const changed = (file: string): RapportError =>
  new RapportError('STORE_CORRUPT', `${file} is not the file that was backed up: use another backup.`);
