import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { mend, note, ok, type Finding } from './finding.js';

const NODE_MINIMUM = [20, 19] as const;
const FREE_BYTES_MIN = 1024 ** 3;
const CLOCK_EARLIEST_MS = Date.UTC(2025, 0, 1);

/** @param version like 20.20.2 */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
  return isEnough
    ? ok('Node.js', version)
    : mend('Node.js', `${version} is too old: install ${NODE_MINIMUM.join('.')} or newer.`);
}

/** A clock far behind what this program knows makes `recordedat` worthless. */
export function checkClock(nowMs: number): Finding {
  const now = new Date(nowMs).toISOString();
  return nowMs >= CLOCK_EARLIEST_MS
    ? ok('clock', now)
    : mend('clock', `It says ${now}, which lies in the past: set it, for example with NTP.`);
}

export async function checkFolder(dataDir: string): Promise<Finding> {
  const found = await stat(dataDir).catch(() => undefined);
  if (found === undefined) return checkParent(dataDir);
  if (!found.isDirectory()) return mend('data folder', `${dataDir} is a file: give a folder with --data.`);
  const mayWrite = await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!mayWrite)
    return mend('data folder', `${dataDir} cannot be written by this user: change its owner or permissions.`);
  const others = found.mode & 0o077;
  return others === 0 || process.platform === 'win32'
    ? ok('data folder', resolve(dataDir))
    : note('data folder', `Others on this machine may look into ${dataDir}: run \`chmod 700 ${dataDir}\`.`);
}

async function checkParent(dataDir: string): Promise<Finding> {
  const parent = dirname(resolve(dataDir));
  const mayMake = await access(parent, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return mayMake
    ? note(
        'data folder',
        `${dataDir} does not exist yet: \`rapport serve\`, \`import\` or \`record\` makes it.`,
      )
    : mend(
        'data folder',
        `${dataDir} does not exist and cannot be made in ${parent}: give another folder with --data.`,
      );
}

export async function checkDisk(dataDir: string): Promise<Finding> {
  const at = await nearestExisting(resolve(dataDir));
  const { bavail, bsize } = await statfs(at);
  const freeBytes = bavail * bsize;
  const text = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  return freeBytes >= FREE_BYTES_MIN
    ? ok('disk space', text)
    : mend('disk space', `Only ${text}: make room before the ledger cannot be written any more.`);
}

async function nearestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestExisting(dirname(path));
}
