import { rm } from 'node:fs/promises';
import { RapportError } from '@rapport/kernel';
import type { CompletenessMap } from '@rapport/ledger';
import { sqliteCompletenessMap } from '@rapport/store-sqlite';
import { reportFailure } from '../report-failure.js';

/** The map is disposable: a file that cannot be read is removed, and everything in it is derived from the log again. */
export async function openMapForWriting(file: string): Promise<CompletenessMap> {
  try {
    return sqliteCompletenessMap({ file });
  } catch (error) {
    if (!(error instanceof RapportError) || !['STORE_CORRUPT', 'STORE_FOREIGN'].includes(error.code))
      throw error;
    reportFailure(new RapportError(error.code, `${error.message} The map is made again from the log.`));
    for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    return sqliteCompletenessMap({ file });
  }
}
