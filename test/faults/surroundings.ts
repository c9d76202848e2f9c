import { spawnSync } from 'node:child_process';

/** A program that another one is started through. */
export interface Wrap {
  readonly command: string;
  readonly args: readonly string[];
}

const inOwnMounts = (script: string): Wrap => ({
  command: 'unshare',
  args: ['--mount', 'bash', '-c', `${script} && exec "$@"`, 'in-own-mounts'],
});

/** Surroundings in which the folder lies on a file system of its own of so many mebibytes. */
export const onSmallDisk = (folder: string, mebibytes: number): Wrap =>
  inOwnMounts(`mount -t tmpfs -o size=${mebibytes}m rapport-spec '${folder}'`);

/** Surroundings in which the folder cannot be written, whoever we are. */
export const onReadOnlyDisk = (folder: string): Wrap =>
  inOwnMounts(`mount --bind '${folder}' '${folder}' && mount -o remount,ro,bind '${folder}'`);

/** Surroundings in which no file can grow beyond so many kibibytes: the write fails, as on a full disk. */
export const withFileLimit = (kibibytes: number): Wrap => ({
  command: 'bash',
  args: ['-c', `ulimit -f ${kibibytes} && exec "$@"`, 'with-file-limit'],
});

/** Whether such surroundings can be had here; mounting needs rights that not every machine gives. */
export const canHave = ({ command, args }: Wrap): boolean =>
  spawnSync(command, [...args, 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
