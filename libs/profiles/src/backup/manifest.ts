import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';

/** A file of a backup, by its path in it. */
export interface BackedUpFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/** What a backup says of a tenant's ledger. */
export interface BackedUpTenant {
  readonly tenant: string;
  readonly events: number;
  /** Root of the proof log over these events, base64. */
  readonly root: string;
  /** Number of events that the signed head among the backed-up secrets covers; none where nothing was signed. */
  readonly signed?: number;
}

/** Stands in each of the two folders of a backup, written last: a folder without it is no backup. */
export interface Manifest {
  readonly format: typeof FORMAT;
  /** `events`: ledgers. `keys`: key stores and secrets. Both folders of a backup have the same `madeat`. */
  readonly holds: 'events' | 'keys';
  /** When the copy of the first file began: RFC 3339, UTC. */
  readonly madeat: string;
  readonly tenants: readonly BackedUpTenant[];
  readonly files: readonly BackedUpFile[];
}

export const FORMAT = 'rapport-backup/1';
export const MANIFEST_FILE = 'backup.json';

/** Reads a file for its hash. @param onBytes is told how many bytes were read so far */
export async function backedUpFile(
  folder: string,
  path: string,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<BackedUpFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(folder, path)) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    hash.update(chunk);
    onBytes((bytes += chunk.length));
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

/** Writes the manifest, durable when it resolves. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = await open(join(folder, MANIFEST_FILE), 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @throws RapportError `DATA_NOT_FOUND` when there is no finished backup of that sort, `STORE_FOREIGN` when it is not one of ours */
export async function readManifest(folder: string, holds: Manifest['holds']): Promise<Manifest> {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new RapportError(
      'DATA_NOT_FOUND',
      `There is no finished backup of ${holds} in ${folder}, since ${MANIFEST_FILE} is missing: check the path.`,
    );
  }
  const manifest = parsed(text);
  if (manifest?.holds === holds) return manifest;
  throw new RapportError(
    'STORE_FOREIGN',
    `${file} is not that of a backup of ${holds}, or a newer Rapport wrote it: check the path.`,
  );
}

function parsed(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Partial<Manifest> | null;
    return value?.format === FORMAT &&
      typeof value.madeat === 'string' &&
      Array.isArray(value.tenants) &&
      Array.isArray(value.files)
      ? (value as Manifest)
      : undefined;
  } catch {
    return undefined; // told with the file's name by the caller
  }
}
