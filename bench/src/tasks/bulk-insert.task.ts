// The floor of an ingest: the rows that it left, inserted again into the same schema with the same durability, prepared
// beforehand and with nothing to decide.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { answer, input } from './answer.js';

const { from, into, batchSize } = input<{ from: string; into: string; batchSize: number }>();
const source = new Sqlite(from, { readonly: true });
const target = new Sqlite(join(into, 'floor.db'));
target.pragma(`page_size = ${String(source.pragma('page_size', { simple: true }))}`);
target.pragma('journal_mode = WAL');
target.pragma('synchronous = FULL');
target.pragma('cache_size = -32768');
target.pragma('wal_autocheckpoint = 4000');

const schema = source
  .prepare("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
  .all() as { name: string; type: string; sql: string }[];
for (const { sql } of schema) target.exec(sql);

// The small tables (streams, types) first: they are part of what an ingest writes, the events are most of it.
const tables = schema
  .filter(({ type }) => type === 'table')
  .map(({ name }) => ({ name, rows: source.prepare(`SELECT * FROM "${name}"`).raw().all() as unknown[][] }));
tables.sort((a, b) => a.rows.length - b.rows.length);

const startedAt = performance.now();
let events = 0;
for (const { name, rows } of tables) {
  const insert = target.prepare(
    `INSERT INTO "${name}" VALUES (${(rows[0] ?? []).map(() => '?').join(', ')})`,
  );
  const insertAll = target.transaction((batch: unknown[][]) => {
    for (const row of batch) insert.run(row);
  });
  for (let at = 0; at < rows.length; at += batchSize) insertAll(rows.slice(at, at + batchSize));
  events = rows.length;
}
const ms = performance.now() - startedAt;
target.close();
source.close();
answer({ ms, events });
