import type { IndexBatch, MergeRecord } from '@rapport/ledger';
import type { Statements } from './statements.js';

const KEYS_PER_READ = 1_000;

/** The engine's own index: which events may concern a key, corrections by their target, merges. */
export class EngineIndex {
  constructor(private readonly sql: Statements) {}

  checkpoint(): number {
    return this.sql.row<[number]>('SELECT checkpoint FROM index_progress')?.[0] ?? 0;
  }

  /** To be called inside a transaction. */
  add({ history, corrections, merges }: IndexBatch, checkpoint: number): void {
    const addHistory = this.sql.of('INSERT OR IGNORE INTO history (key, position) VALUES (?, ?)');
    for (const { key, position } of history) addHistory.run(key, Number(position));
    const addCorrection = this.sql.of('INSERT OR IGNORE INTO corrections (target, position) VALUES (?, ?)');
    for (const { target, position } of corrections) addCorrection.run(target, Number(position));
    for (const { position, absorbed, survivor, effect, time, source, id } of merges) {
      const insert =
        'INSERT OR REPLACE INTO merges (position, absorbed, survivor, effect, time, source, id) VALUES (?, ?, ?, ?, ?, ?, ?)';
      this.sql.run(insert, Number(position), absorbed, survivor, effect, time, source, id);
    }
    this.sql.run('UPDATE index_progress SET checkpoint = ?', checkpoint);
  }

  history(keys: readonly string[], until: bigint): readonly bigint[] {
    const select = 'SELECT position FROM history WHERE key = ? AND position <= ? ORDER BY position';
    const positions: number[] = [];
    for (const key of keys)
      for (const [position] of this.sql.rows<[number]>(select, key, until)) positions.push(position);
    if (keys.length > 1) positions.sort((a, b) => a - b);
    return positions.filter((position, index) => position !== positions[index - 1]).map(BigInt);
  }

  /** History keys after another one, in order, one seek each. */
  historyKeysAfter(key: string | undefined): readonly string[] {
    const first =
      key === undefined ? 'SELECT min(key) FROM history' : 'SELECT min(key) FROM history WHERE key > ?';
    const rows = this.sql.rows<[string]>(
      `WITH RECURSIVE keys (key) AS (${first} UNION ALL SELECT (SELECT min(key) FROM history WHERE key > keys.key) FROM keys WHERE keys.key IS NOT NULL)
       SELECT key FROM keys WHERE key IS NOT NULL LIMIT ${KEYS_PER_READ}`,
      ...(key === undefined ? [] : [key]),
    );
    return rows.map(([found]) => found);
  }

  hasCorrections(): boolean {
    return this.sql.row('SELECT 1 FROM corrections LIMIT 1') !== undefined;
  }

  corrections(targets: readonly string[], until: bigint): ReadonlyMap<string, readonly bigint[]> {
    const found = new Map<string, bigint[]>();
    if (targets.length === 0) return found;
    const rows = this.sql.rows<[string, number]>(
      'SELECT DISTINCT target, position FROM json_each(?) AS asked CROSS JOIN corrections ON corrections.target = asked.value WHERE position <= ? ORDER BY position',
      JSON.stringify(targets),
      until,
    );
    for (const [target, position] of rows) {
      const positions = found.get(target);
      if (positions === undefined) found.set(target, [BigInt(position)]);
      else positions.push(BigInt(position));
    }
    return found;
  }

  merges(): readonly MergeRecord[] {
    type Row = [number, string, string, MergeRecord['effect'], string, string, string];
    return this.sql
      .rows<Row>(
        'SELECT position, absorbed, survivor, effect, time, source, id FROM merges ORDER BY position',
      )
      .map(([position, absorbed, survivor, effect, time, source, id]) => ({
        absorbed,
        survivor,
        effect,
        time,
        source,
        id,
        position: BigInt(position),
      }));
  }
}
