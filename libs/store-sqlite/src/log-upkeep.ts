import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { WriteTurn } from './write-turn.js';

const MEBIBYTE = 1_048_576;
/**
 * How much the log may grow before it is copied into its file: `filling` while copies are made that nobody reads yet,
 * since the copying holds all writers up for a moment each time, and a long log holds up only who reads.
 */
const LOG_BYTES_MAX = { following: 128 * MEBIBYTE, filling: 512 * MEBIBYTE } as const;

export type Writing = keyof typeof LOG_BYTES_MAX;

/**
 * Copies the write-ahead log of a file into it now and then, instead of SQLite, which does so within a commit: here most
 * of it is copied while other threads write.
 */
export class LogUpkeep {
  private copiedBytes = 0;

  constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly turn: WriteTurn,
  ) {}

  /** To be called between transactions. */
  whenDue(writing: Writing): void {
    const bytes = statSync(`${this.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes < this.copiedBytes) this.copiedBytes = 0; // it has begun anew
    if (bytes - this.copiedBytes < LOG_BYTES_MAX[writing]) return;
    this.copiedBytes = bytes;
    this.copy();
    // What came meanwhile is little. Once all is copied and nobody writes, the next writer begins the log anew.
    this.turn.take();
    try {
      this.copy();
    } finally {
      this.turn.release();
    }
  }

  private copy(): void {
    this.db.pragma('wal_checkpoint(PASSIVE)');
  }
}
