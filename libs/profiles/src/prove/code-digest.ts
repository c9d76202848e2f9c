import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, sep } from 'node:path';

/** The rooms whose code an answer comes from: each is found from the one before it. */
const ROOMS = [
  ['@rapport/kernel', undefined],
  ['@rapport/ledger', undefined],
  ['@rapport/touchpoints', undefined],
  ['@rapport/views', undefined],
  ['@rapport/methods', '@rapport/views'],
] as const;

let known: string | undefined;

/**
 * SHA-256, in lower-case hex, of the code that answers: every file of the rooms kernel, ledger, touchpoints, views and
 * methods as this process runs it (compiled, or as source where specs run that), by room and path. It tells whether two
 * answers were computed by the same build. It proves nothing about that build: whoever verifies runs code of their own.
 * @example codeDigest() // '5a1c…'
 */
export const codeDigest = (): string => (known ??= digestNow());

function digestNow(): string {
  const digest = createHash('sha256');
  for (const [room, from] of ROOMS) {
    const entry = entryOf(room, from === undefined ? import.meta.url : entryOf(from, import.meta.url));
    const folder = dirname(entry);
    for (const file of codeFiles(folder, extname(entry))) {
      const content = createHash('sha256').update(readFileSync(file)).digest('hex');
      digest.update(`${room} ${relative(folder, file).split(sep).join('/')} ${content}\n`);
    }
  }
  return digest.digest('hex');
}

const entryOf = (room: string, from: string): string => createRequire(from).resolve(room);

/** Files of code below a folder, in the order of their paths. */
const codeFiles = (folder: string, extension: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith(extension) && !/\.(spec|d)\.ts$|\.spec\.js$/.test(name))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
