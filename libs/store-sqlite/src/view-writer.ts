import { RapportError } from '@rapport/kernel';
import type { Change, Lease, ViewRef, ViewStore } from '@rapport/ledger';
import type { Leases } from './lease.js';
import type { Statements } from './statements.js';
import type { Copies, Copy } from './view-copies.js';
import type { Documents } from './view-documents.js';
import { deleteEntry, putEntry } from './view-entries.js';
import type { EngineIndex } from './view-index.js';
import { park, takeOffParked } from './view-parked.js';
import { insertRows, rowsOf } from './view-rows.js';
import type { Writing } from './log-upkeep.js';
import { createIndexes } from './view-tables.js';

/** Writes views: every call is one transaction that holds the lease. */
export class ViewWriter {
  constructor(
    private readonly sql: Statements,
    private readonly copies: Copies,
    private readonly documents: Documents,
    private readonly index: EngineIndex,
    private readonly leases: Leases,
  ) {}

  save({ views, index, checkpoint, events, lease }: Parameters<ViewStore['save']>[0]): void {
    const position = Number(checkpoint);
    this.write(lease, () => {
      for (const { view, changes, park: parks = [] } of views) {
        const copy = this.writable(view);
        if (copy.checkpoint >= position) continue;
        for (const change of changes) this.apply(copy, change, position);
        for (const one of parks) park(this.sql, copy, one);
        this.copies.advance(copy, position, events);
      }
      if (index !== undefined && this.index.checkpoint() < position) this.index.add(index, position);
    });
  }

  fill({ views, position, lease }: Parameters<ViewStore['fill']>[0]): void {
    // Made before the write lock is taken: others write meanwhile.
    const rows = views.map(({ view, changes }) => rowsOf(this.copies.find(view), changes, Number(position)));
    const insert = (): void => {
      for (const [index, { view, park: parks = [] }] of views.entries()) {
        const copy = this.writable(view);
        insertRows(this.sql, copy, rows[index] ?? []);
        for (const one of parks) park(this.sql, copy, one);
      }
    };
    this.write(lease, insert, 'filling');
  }

  unpark(view: ViewRef, key: string, changes: readonly Change[], lease: Lease): void {
    this.write(lease, () => {
      const copy = this.writable(view);
      takeOffParked(this.sql, copy, key);
      for (const change of changes) this.apply(copy, change, copy.checkpoint);
    });
  }

  swap(view: ViewRef, lease: Lease): void {
    this.write(lease, () => {
      const copy = this.copies.find(view);
      if (copy.state === 'building') this.makeIndexes(copy);
      this.copies.swap(view);
    });
  }

  /** Makes the indexes of a copy that is being built and asked already. */
  finish(copy: Copy): void {
    this.sql.transaction(() => this.makeIndexes(copy));
  }

  private write(lease: Lease, work: () => void, writing?: Writing): void {
    try {
      this.sql.transaction(() => {
        this.leases.check(lease);
        this.documents.noticeOthers();
        work();
      }, writing);
    } catch (error) {
      this.documents.forget();
      throw error;
    }
  }

  private makeIndexes(copy: Copy): void {
    if (copy.indexed) return;
    createIndexes(this.sql, copy);
    this.copies.markIndexed(copy);
  }

  private apply(copy: Copy, change: Change, position: number): void {
    switch (change.op) {
      case 'put':
        return this.documents.put(copy, change, position);
      case 'delete':
        return this.documents.delete(copy, change.key);
      case 'putEntry':
        return putEntry(this.sql, copy, change);
      case 'deleteEntry':
        return deleteEntry(this.sql, copy, change.key, change.place);
    }
  }

  private writable(view: ViewRef): Copy {
    const copy = this.copies.find(view);
    if (copy.state === 'building' || copy.state === 'live') return copy;
    throw new RapportError(
      'VIEW_NOT_FOUND',
      `Version ${view.version} of the view ${view.name} is ${copy.state}: build it before writing to it.`,
    );
  }
}
