import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { copyStore } from '@rapport/store-sqlite';
import { openEmbedded } from '../embedded.js';
import { ERASURES_FILE, KEY_ENCRYPTION_KEY_FILE, KEYS_FILE, keysDirOf, LEDGER_FILE } from '../files.js';
import { bytesOf, checkEmpty, checkRoom, clear, copyDurably, filesBelow } from './folders.js';
import { backedUpFile, FORMAT, writeManifest, type BackedUpTenant, type Manifest } from './manifest.js';
import { verifiedCopy, type CopyProgress } from './verified-copy.js';

export interface BackupOptions {
  readonly dataDir: string;
  readonly keysDir?: string | undefined;
  /** Where the ledgers go. Must be empty or missing. */
  readonly to: string;
  /** Where key stores and secrets go; `.keys` in `to` unless given, which is no good place for them. */
  readonly keysTo?: string | undefined;
  /** Says what would be copied, and copies nothing. */
  readonly dryRun?: boolean;
  readonly now: () => number;
  readonly onProgress?: CopyProgress;
  readonly signal?: AbortSignal;
}

/** What was copied, or would be. */
export interface Backup {
  readonly to: string;
  readonly keysTo: string;
  /** Without what was verified where nothing was copied. `bytes`: of the ledger. */
  readonly tenants: readonly (Partial<BackedUpTenant> & {
    readonly tenant: string;
    readonly bytes: number;
  })[];
  /** What to look after, in sentences. */
  readonly warnings: readonly string[];
}

/** The folder of keys in a backup for which no other place was given. */
export const KEYS_IN_BACKUP = '.keys';

/**
 * Copies every ledger of a data folder as it stands at one moment, also beside a running server, and the keys of persons
 * and secrets to a place of their own; then reads the copies back: every event against its leaf, the tree against the signed
 * head. Views are not copied: they are computed again.
 *
 * The signed head is copied before the events and the keys of persons after them, so that whatever happens meanwhile the
 * events extend the head, and every personal value among them has its key.
 * @throws RapportError `DATA_NOT_FOUND`, `KEY_NOT_FOUND`, `INVALID_REQUEST` (a folder that is not empty), `DISK_FULL`,
 * `STORE_CORRUPT`
 * @example await backUp({ dataDir: './data', to: '/backup/mon', keysTo: '/vault/mon', now: Date.now });
 */
export async function backUp(options: BackupOptions): Promise<Backup> {
  const { dataDir, to, keysTo = join(to, KEYS_IN_BACKUP), dryRun = false } = options;
  const tenants = await sizesOf(dataDir);
  await checkEmpty(to, 'a backup');
  await checkEmpty(keysTo, 'a backup');
  await checkRoom(
    to,
    tenants.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const warnings = warningsOf(options, keysTo);
  if (dryRun) return { to, keysTo, tenants, warnings };
  for (const folder of [to, keysTo]) await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const verified = await copyAll(
      { ...options, keysTo },
      tenants.map(({ tenant }) => tenant),
    );
    return {
      to,
      keysTo,
      tenants: tenants.map((sized, index) => ({ ...sized, ...verified[index] })),
      warnings,
    };
  } catch (error) {
    await clear([keysTo, to]); // both were empty
    throw error;
  }
}

type Copying = BackupOptions & { readonly keysTo: string };

async function copyAll(options: Copying, tenants: readonly string[]): Promise<readonly BackedUpTenant[]> {
  const { to, keysTo, now } = options;
  const madeat = new Date(now()).toISOString();
  await copySecrets(options, () => true);
  for (const tenant of tenants) {
    await copyOne(options, 'ledger', tenant, LEDGER_FILE, to);
    await copyOne(options, 'keys', tenant, KEYS_FILE, keysTo);
  }
  await copySecrets(options, (path) => basename(path) === ERASURES_FILE); // with what was erased meanwhile
  const verified: BackedUpTenant[] = [];
  for (const tenant of tenants)
    verified.push(await verifiedCopy({ ...options, dataDir: to, keysDir: keysTo, tenant }));
  await seal(options, keysTo, { format: FORMAT, holds: 'keys', madeat, tenants: verified, files: [] });
  await seal(options, to, { format: FORMAT, holds: 'events', madeat, tenants: verified, files: [] });
  return verified;
}

async function sizesOf(
  dataDir: string,
): Promise<readonly { readonly tenant: string; readonly bytes: number }[]> {
  const rapport = await openEmbedded({ dataDir, readOnly: true, projector: 'none' });
  const tenants = await rapport.tenants();
  await rapport.close();
  if (tenants.length === 0)
    throw new RapportError(
      'DATA_NOT_FOUND',
      `There is no ledger in ${dataDir}: name the data folder with --data.`,
    );
  return Promise.all(
    tenants.map(async (tenant) => ({ tenant, bytes: await bytesOf(join(dataDir, tenant, LEDGER_FILE)) })),
  );
}

async function copyOne(
  { dataDir, onProgress, signal }: Copying,
  store: 'ledger' | 'keys',
  tenant: string,
  name: string,
  folder: string,
): Promise<void> {
  const from = join(dataDir, tenant, name);
  if (!existsSync(from) && store === 'keys')
    throw new RapportError(
      'KEY_NOT_FOUND',
      `The key store ${from} is missing, so that a backup could not be read back: run \`rapport doctor\`.`,
    );
  await mkdir(join(folder, tenant), { recursive: true, mode: 0o700 });
  await copyStore(store, {
    from,
    to: join(folder, tenant, name),
    onProgress: (done, total) => onProgress?.('copy', tenant, done, total),
    signal,
  });
}

async function copySecrets(options: Copying, isWanted: (path: string) => boolean): Promise<void> {
  const folder = keysDirOf(options);
  for (const path of (await filesBelow(folder)).filter(isWanted))
    await copyDurably(join(folder, path), join(options.keysTo, path));
}

/** The manifest comes last: whatever ends before it is no backup. */
async function seal(
  { onProgress, signal, keysTo }: Copying,
  folder: string,
  manifest: Manifest,
): Promise<void> {
  const isInside = folder !== keysTo && resolve(keysTo).startsWith(resolve(folder) + sep);
  const paths = (await filesBelow(folder)).filter(
    (path) => !isInside || !resolve(folder, path).startsWith(resolve(keysTo) + sep),
  );
  const files = [];
  for (const path of paths) {
    const total = await bytesOf(join(folder, path));
    files.push(await backedUpFile(folder, path, (done) => onProgress?.('hash', path, done, total), signal));
  }
  await writeManifest(folder, { ...manifest, files });
}

function warningsOf(options: BackupOptions, keysTo: string): readonly string[] {
  const warnings: string[] = [];
  if (options.keysTo === undefined)
    warnings.push(
      `Keys and events are in one place (${keysTo}): whoever has it reads every personal value, also of persons who are erased later. Give the keys a place of their own with --keys-to.`,
    );
  if (!existsSync(join(keysDirOf(options), KEY_ENCRYPTION_KEY_FILE)))
    warnings.push(
      'The key-encryption key is not in the folder of secrets, and not in this backup: keep it, nothing personal can be read without it.',
    );
  return warnings;
}
