import type { Database } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { EVENT_FORMAT } from './event-schema.js';

const CACHE_KIBIBYTES = { write: 32 * 1_024, read: 10 * 1_024 } as const;
/** Pages that many events touch are copied into the file less often for it. */
const WAL_PAGES_MAX = 12_000;

/** Opens `ledger.db`, as every connection to it is opened: a commit is on the disk when it returns. */
export const openEvents = (file: string, readOnly: boolean): Database =>
  openDatabase(EVENT_FORMAT, {
    file,
    readOnly,
    synchronous: 'FULL',
    cacheKibibytes: readOnly ? CACHE_KIBIBYTES.read : CACHE_KIBIBYTES.write,
    walPagesMax: WAL_PAGES_MAX,
  });
