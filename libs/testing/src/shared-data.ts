import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, from where this file stands (`libs/testing/src` or its build). */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What a spec without its data says. */
export const NO_SHARED_DATA = 'skipped: no shared data';

/** A file of the shared test data, if it is there. */
export interface SharedFile {
  readonly exists: boolean;
  /** The whole text. @throws when the file is not there */
  readonly text: () => string;
}

/**
 * A file of the test data that lies beside the repository: `RAPPORT_TEST_DATA`, or else `../shared/data`. Data is never
 * copied into the project, so a spec has to say that it is skipped where the folder is absent.
 * @example
 * const cdnow = sharedFile('cdnow/CDNOW_master.txt');
 * const onData = cdnow.exists ? it : it.skip;
 * onData(titleWithData('reproduces the published parameters', cdnow), () => …);
 */
export function sharedFile(path: string): SharedFile {
  const file = resolve(ROOT, process.env['RAPPORT_TEST_DATA'] ?? '../shared/data', path);
  return { exists: existsSync(file), text: () => readFileSync(file, 'utf8') };
}

/** The title of a spec that needs data, with the reason when it is skipped. */
export const titleWithData = (title: string, ...files: readonly SharedFile[]): string =>
  files.every((file) => file.exists) ? title : `${title} (${NO_SHARED_DATA})`;
