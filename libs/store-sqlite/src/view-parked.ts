import type { ParkedKey } from '@rapport/ledger';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';

/** A key that its view could not digest, as the engine says it. */
export type Park = Omit<ParkedKey, 'view' | 'version'>;

export function park(sql: Statements, copy: Copy, { key, position, error, waiting }: Park): void {
  sql.run(
    'INSERT OR REPLACE INTO parked (copy, key, position, error, waiting) VALUES (?, ?, ?, ?, ?)',
    copy.id,
    key,
    Number(position),
    error,
    waiting,
  );
}

export function takeOffParked(sql: Statements, copy: Copy, key: string): void {
  sql.run('DELETE FROM parked WHERE copy = ? AND key = ?', copy.id, key);
}

/** Parked keys of a view, or of all, ordered by view, version and key. */
export function parkedKeys(sql: Statements, view: string | undefined): readonly ParkedKey[] {
  const where = view === undefined ? '' : 'WHERE copies.name = ?';
  return sql
    .rows<[string, number, string, number, string, number]>(
      `SELECT copies.name, copies.version, parked.key, parked.position, parked.error, parked.waiting
       FROM parked JOIN copies ON copies.id = parked.copy ${where} ORDER BY copies.name, copies.version, parked.key`,
      ...(view === undefined ? [] : [view]),
    )
    .map(([name, version, key, position, error, waiting]) => ({
      view: name,
      version,
      key,
      position: BigInt(position),
      error,
      waiting,
    }));
}
