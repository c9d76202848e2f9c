import { guarded } from './errors.js';
import { openEvents } from './event-file.js';

/** Enough to see what is wrong. */
const PROBLEMS_MAX = 5;

/**
 * What SQLite itself finds wrong with `ledger.db`: pages that are damaged, rows that an index misses or holds twice.
 * Reads the whole file. Empty when all is well.
 * @throws RapportError `STORE_CORRUPT` when the file is damaged so that it cannot even be looked at
 * @example integrityProblems('./data/main/ledger.db') // ['row 12 missing from index events_by_stream']
 */
export function integrityProblems(file: string): readonly string[] {
  return guarded(file, () => {
    const db = openEvents(file, true);
    try {
      const found = db.pragma(`integrity_check(${PROBLEMS_MAX})`) as { readonly integrity_check: string }[];
      return found.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    } finally {
      db.close();
    }
  });
}
