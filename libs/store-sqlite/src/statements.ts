import type { Database, Statement } from 'better-sqlite3';
import { guarded } from './errors.js';
import { LogUpkeep, type Writing } from './log-upkeep.js';
import type { WriteTurn } from './write-turn.js';

const STATEMENTS_MAX = 500;

/** A database with its prepared statements, found again by their text. */
export class Statements {
  private readonly prepared = new Map<string, Statement>();
  private readonly log: LogUpkeep | undefined;

  constructor(
    readonly db: Database,
    readonly file: string,
    private readonly turn?: WriteTurn,
  ) {
    if (turn !== undefined) this.log = new LogUpkeep(db, file, turn);
  }

  /** Rows as arrays: nothing a user names becomes a property. */
  of(sql: string): Statement {
    let statement = this.prepared.get(sql);
    if (statement === undefined) {
      if (this.prepared.size >= STATEMENTS_MAX) this.prepared.clear();
      statement = this.db.prepare(sql);
      if (statement.reader) statement.raw();
      this.prepared.set(sql, statement);
    }
    return statement;
  }

  rows<T>(sql: string, ...bound: readonly unknown[]): T[] {
    return guarded(this.file, () => this.of(sql).all(...bound) as T[]);
  }

  row<T>(sql: string, ...bound: readonly unknown[]): T | undefined {
    return guarded(this.file, () => this.of(sql).get(...bound) as T | undefined);
  }

  /** Runs a statement; gives the number of rows it changed. */
  run(sql: string, ...bound: readonly unknown[]): number {
    return guarded(this.file, () => this.of(sql).run(...bound).changes);
  }

  /** Runs work in one transaction: all of it is written, or nothing. */
  transaction<T>(work: () => T, writing: Writing = 'following'): T {
    return guarded(this.file, () => {
      const value = this.inTurn(work);
      this.log?.whenDue(writing);
      return value;
    });
  }

  private inTurn<T>(work: () => T): T {
    this.turn?.take();
    try {
      this.of('BEGIN IMMEDIATE').run();
      const value = work();
      this.of('COMMIT').run();
      return value;
    } catch (error) {
      if (this.db.inTransaction) this.of('ROLLBACK').run();
      throw error;
    } finally {
      this.turn?.release();
    }
  }

  /** Forgets statements whose tables change. */
  forget(): void {
    this.prepared.clear();
  }
}
