import { copyFile, mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RapportError } from '@rapport/kernel';

/** @throws RapportError `INVALID_REQUEST` when the folder holds something, which a copy never overwrites */
export async function checkEmpty(folder: string, what: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length > 0)
    throw new RapportError(
      'INVALID_REQUEST',
      `${folder} is not empty, and ${what} overwrites nothing: name a folder that does not exist yet.`,
    );
}

/** @throws RapportError `DISK_FULL` before a copy begins that would not fit */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(await nearestExisting(resolve(folder)));
  const free = bavail * bsize;
  if (free < bytes)
    throw new RapportError(
      'DISK_FULL',
      `The copy needs ${bytes} bytes and ${folder} has room for ${free}: make room, or choose another disk.`,
    );
}

/** Paths of all files below a folder, relative to it, sorted; none when it is missing. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const prefix = folder.length + 1;
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(prefix))
    .sort();
}

/** Copies a small file, durable when it resolves. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to);
  const file = await open(to, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

export const bytesOf = async (file: string): Promise<number> => (await stat(file)).size;

/** Takes away what a copy that failed has made, in folders that were empty when it began. */
export async function clear(folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    for (const name of await readdir(folder).catch(() => []))
      await rm(join(folder, name), { recursive: true, force: true });
}

async function nearestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestExisting(dirname(path));
}
