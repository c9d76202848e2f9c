import { RapportError } from '@rapport/kernel';
import type { Change, Lease, StoredDocument, ViewRef, ViewStore } from '@rapport/ledger';
import { BuildBuffer } from './build-buffer.js';
import type { Leases } from './lease.js';
import type { Statements } from './statements.js';
import type { Copies, Copy } from './view-copies.js';
import { deleteDocument, loadDocument, putDocument } from './view-documents.js';
import { deleteEntry, putEntry } from './view-entries.js';
import type { EngineIndex } from './view-index.js';
import { park, takeOffParked } from './view-parked.js';
import { createIndexes } from './view-tables.js';

/** Memory that the documents of all builds may take together. */
const HELD_BYTES_MAX = 128 * 1_048_576;

type Batch = Parameters<ViewStore['save']>[0];

/** Writes views: every save is one transaction, and what belongs to a build that nobody reads yet is held back. */
export class ViewWriter {
  private readonly builds = new Map<number, BuildBuffer>();

  constructor(
    private readonly sql: Statements,
    private readonly copies: Copies,
    private readonly index: EngineIndex,
    private readonly leases: Leases,
  ) {}

  save(batch: Batch): void {
    const { checkpoint, events, lease } = batch;
    const written = batch.views
      .map((part) => ({ ...part, copy: this.writable(part.view) }))
      .filter(({ copy }) => this.progressOf(copy).checkpoint < Number(checkpoint));
    this.sql.transaction(() => {
      this.leases.check(lease);
      for (const { copy, changes, park: parks = [] } of written) {
        if (isHeld(copy)) continue;
        for (const change of changes) apply(this.sql, copy, change, Number(checkpoint));
        for (const one of parks) park(this.sql, copy, one);
        this.copies.advance(copy, Number(checkpoint), events);
      }
      if (batch.index !== undefined && this.index.checkpoint() < Number(checkpoint))
        this.index.add(batch.index, Number(checkpoint));
    });
    for (const { copy, changes, park: parks = [] } of written)
      if (isHeld(copy)) this.bufferOf(copy, lease).hold(changes, parks, checkpoint, events, lease);
    let bytes = 0;
    for (const buffer of this.builds.values()) bytes += buffer.bytes;
    if (bytes > HELD_BYTES_MAX) this.flush();
  }

  fill({ views, position, lease }: Parameters<ViewStore['fill']>[0]): void {
    this.sql.transaction(() => {
      this.leases.check(lease);
      for (const { view, changes, park: parks = [] } of views) {
        const copy = this.writable(view);
        for (const change of changes) apply(this.sql, copy, change, Number(position));
        for (const one of parks) park(this.sql, copy, one);
      }
    });
  }

  /** The document as the writer knows it, written or held back. */
  load(copy: Copy, key: string): StoredDocument | undefined {
    const held = this.builds.get(copy.id)?.documents.get(key);
    if (held === undefined) return loadDocument(this.sql, copy, key);
    return held === 'deleted' ? undefined : held.stored;
  }

  /** How far a copy is, with what is held back. */
  progressOf(copy: Copy): { readonly checkpoint: number; readonly events: number } {
    return this.builds.get(copy.id) ?? copy;
  }

  /** Writes what is held back. */
  flush(): void {
    if (this.builds.size === 0) return;
    this.sql.transaction(() => {
      for (const copy of this.copies.all()) this.writeHeld(copy);
    });
    for (const buffer of this.builds.values()) buffer.clear();
  }

  /** Writes what is held back of a copy and makes its indexes, so that it can be asked. */
  finish(copy: Copy): void {
    this.sql.transaction(() => this.complete(copy));
    this.builds.delete(copy.id);
  }

  swap(view: ViewRef, lease: Lease): void {
    this.sql.transaction(() => {
      this.leases.check(lease);
      const copy = this.copies.find(view);
      if (copy.state === 'building') this.complete(copy);
      this.copies.swap(view);
    });
    this.forget(view);
  }

  drop(view: ViewRef, lease: Lease): void {
    this.copies.drop(view, lease, (copy) => this.builds.delete(copy.id));
  }

  build(view: ViewRef, lease: Lease): void {
    this.copies.build(view, lease, (copy) => this.builds.delete(copy.id));
  }

  unpark(view: ViewRef, key: string, changes: readonly Change[], lease: Lease): void {
    const copy = this.writable(view);
    this.sql.transaction(() => {
      this.leases.check(lease);
      this.writeHeld(copy);
      const { checkpoint } = this.progressOf(copy);
      takeOffParked(this.sql, copy, key);
      for (const change of changes) apply(this.sql, copy, change, checkpoint);
    });
    this.builds.get(copy.id)?.clear();
  }

  /** What is held back of a build belongs to the file when the store closes; a build that lost its lease is abandoned. */
  close(): void {
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof RapportError) || error.code !== 'LEASE_LOST') throw error;
    }
  }

  private forget(view: ViewRef): void {
    this.builds.delete(this.copies.find(view).id);
  }

  private complete(copy: Copy): void {
    this.writeHeld(copy);
    if (copy.indexed) return;
    createIndexes(this.sql, copy);
    this.copies.markIndexed(copy);
  }

  private writeHeld(copy: Copy): void {
    const buffer = this.builds.get(copy.id);
    if (buffer === undefined) return;
    this.leases.check(buffer.lease);
    for (const [key, held] of buffer.documents) {
      if (held === 'deleted') deleteDocument(this.sql, copy, key);
      else putDocument(this.sql, copy, held.put, Number(held.stored.position));
    }
    for (const one of buffer.parks.values()) park(this.sql, copy, one);
    this.copies.advance(copy, buffer.checkpoint, buffer.events);
  }

  private bufferOf(copy: Copy, lease: Lease): BuildBuffer {
    let buffer = this.builds.get(copy.id);
    if (buffer === undefined)
      this.builds.set(copy.id, (buffer = new BuildBuffer(copy.checkpoint, copy.events, lease)));
    return buffer;
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

function apply(sql: Statements, copy: Copy, change: Change, checkpoint: number): void {
  switch (change.op) {
    case 'put':
      return putDocument(sql, copy, change, checkpoint);
    case 'delete':
      return deleteDocument(sql, copy, change.key);
    case 'putEntry':
      return putEntry(sql, copy, change);
    case 'deleteEntry':
      return deleteEntry(sql, copy, change.key, change.place);
  }
}

/**
 * Whether the changes of a copy are held back. Entries are not: a build writes them one after the other at next to no
 * cost, and to write one again is harmless, since only the last of a place counts when the index is made.
 */
const isHeld = (copy: Copy): boolean =>
  copy.state === 'building' && !copy.indexed && copy.shape !== 'entries';
