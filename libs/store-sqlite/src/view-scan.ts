import { setImmediate as otherWork } from 'node:timers/promises';
import type { StoredEntry } from '@rapport/kernel';
import type { StoredDocument, ViewRef } from '@rapport/ledger';
import type { Statements } from './statements.js';
import { findCopy } from './view-copies.js';
import { documentOf, documentsAfter, type DocumentRow } from './view-documents.js';
import { entriesAfter, entryOf, type EntryRow } from './view-entries.js';

const ROWS_PER_READ = 500;

/**
 * Everything a copy holds, in order, as it stood at one moment.
 * @param sql a connection of its own: its read transaction stays open until the end, and writers go on beside it
 */
export async function* scanCopy(
  sql: Statements,
  view: ViewRef,
): AsyncGenerator<StoredDocument | StoredEntry> {
  sql.run('BEGIN');
  try {
    const copy = findCopy(sql, view);
    if (copy.shape === 'entries')
      yield* inChunks<EntryRow, StoredEntry>((last) => entriesAfter(sql, copy, last, ROWS_PER_READ), entryOf);
    else
      yield* inChunks<DocumentRow, StoredDocument>(
        (last) => documentsAfter(sql, copy, last?.[0], ROWS_PER_READ),
        documentOf,
      );
  } finally {
    if (sql.db.inTransaction) sql.run('COMMIT');
  }
}

async function* inChunks<Row, Item>(
  read: (last: Row | undefined) => readonly Row[],
  itemOf: (row: Row) => Item,
): AsyncGenerator<Item> {
  let rows = read(undefined);
  for (;;) {
    for (const row of rows) yield itemOf(row);
    const last = rows.at(-1);
    if (rows.length < ROWS_PER_READ || last === undefined) return;
    await otherWork();
    rows = read(last);
  }
}
