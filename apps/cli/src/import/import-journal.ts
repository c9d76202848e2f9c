import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ImportCounts } from './run-import.js';

/** How far an interrupted import got: kept in the data folder until the import is done. */
export interface ImportJournal {
  /** Units (rows, or groups) whose touchpoints are all recorded, and the counts up to there. */
  readonly read: () => Promise<{ readonly unitsDone: number; readonly counts: ImportCounts } | undefined>;
  readonly write: (unitsDone: number, counts: ImportCounts) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** The journal of importing this very file, by this very mapping, into this tenant: a changed file has another. */
export async function importJournal(options: {
  readonly dataDir: string;
  /** Which ledger it is, where the data folder does not say so. */
  readonly ledger?: string | undefined;
  readonly tenant: string;
  readonly file: string;
  readonly mappingText: string;
}): Promise<ImportJournal> {
  const path = resolve(options.file);
  const { size, mtimeMs } = await stat(path);
  const name = createHash('sha256')
    .update(
      JSON.stringify([
        options.tenant,
        path,
        size,
        mtimeMs,
        options.mappingText,
        ...(options.ledger === undefined ? [] : [options.ledger]),
      ]),
    )
    .digest('hex')
    .slice(0, 32);
  const at = join(options.dataDir, '.imports', `${name}.json`);
  return {
    read: async () => {
      const text = await readFile(at, 'utf8').catch(() => undefined);
      return text === undefined
        ? undefined
        : (JSON.parse(text) as { unitsDone: number; counts: ImportCounts });
    },
    write: async (unitsDone, counts) => {
      await mkdir(dirname(at), { recursive: true });
      await writeFile(`${at}.new`, JSON.stringify({ file: path, unitsDone, counts }));
      await rename(`${at}.new`, at);
    },
    remove: () => rm(at, { force: true }),
  };
}
