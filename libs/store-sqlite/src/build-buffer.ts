import type { Change, Lease, StoredDocument } from '@rapport/ledger';
import type { Park } from './view-parked.js';

type Put = Extract<Change, { readonly op: 'put' }>;
export type EntryChange = Extract<Change, { readonly op: 'putEntry' | 'deleteEntry' }>;

/** A document held back: what it says now, or that it is gone. */
export type HeldDocument = { readonly stored: StoredDocument; readonly put: Put } | 'deleted';

/** Events of a build that are held back at most; also what a crash makes a build repeat. */
const EVENTS_MAX = 50_000;
/** Memory that one copy's held changes may take, as far as can be told cheaply. */
const BYTES_MAX = 32 * 1_048_576;
/** Objects take more room than their JSON text. */
const BYTES_PER_CHARACTER = 2;
const OBJECT_BYTES = 500;
/** One document of so many is measured. */
const SAMPLE_EVERY = 32;

/**
 * Changes of a copy that is being built and that nobody reads yet, held back together with their checkpoint: a document
 * touched by many batches is then written once, and read back by the engine without a trip to the file.
 */
export class BuildBuffer {
  readonly documents = new Map<string, HeldDocument>();
  readonly entries: EntryChange[] = [];
  readonly parks = new Map<string, Park>();
  private heldEvents = 0;
  private entryBytes = 0;
  private puts = 0;
  private charactersPerDocument = 0;

  constructor(
    public checkpoint: number,
    public events: number,
    public lease: Lease,
  ) {}

  hold(
    changes: readonly Change[],
    parks: readonly Park[],
    checkpoint: bigint,
    events: number,
    lease: Lease,
  ): void {
    for (const change of changes) this.take(change, checkpoint);
    for (const park of parks) this.parks.set(park.key, park);
    this.heldEvents += events - this.events;
    this.checkpoint = Number(checkpoint);
    this.events = events;
    this.lease = lease;
  }

  get full(): boolean {
    const bytes =
      this.entryBytes +
      this.documents.size * (this.charactersPerDocument * BYTES_PER_CHARACTER + OBJECT_BYTES);
    return this.heldEvents >= EVENTS_MAX || bytes >= BYTES_MAX;
  }

  /** Forgets what has been written. */
  clear(): void {
    this.documents.clear();
    this.entries.length = 0;
    this.parks.clear();
    this.heldEvents = 0;
    this.entryBytes = 0;
  }

  private take(change: Change, position: bigint): void {
    switch (change.op) {
      case 'put': {
        const { key, doc, fence } = change;
        if (this.puts++ % SAMPLE_EVERY === 0)
          this.charactersPerDocument = Math.max(
            JSON.stringify(doc).length,
            this.charactersPerDocument * 0.99,
          );
        this.documents.set(key, { stored: { key, doc, position, fence }, put: change });
        break;
      }
      case 'delete':
        this.documents.set(change.key, 'deleted');
        break;
      case 'putEntry':
      case 'deleteEntry':
        this.entryBytes += OBJECT_BYTES;
        this.entries.push(change);
        break;
    }
  }
}
