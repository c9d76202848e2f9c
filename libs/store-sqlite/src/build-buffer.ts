import type { Change, Lease, StoredDocument } from '@rapport/ledger';
import type { Park } from './view-parked.js';

type Put = Extract<Change, { readonly op: 'put' }>;

/** A document held back: what it says now, or that it is gone. */
export type HeldDocument = { readonly stored: StoredDocument; readonly put: Put } | 'deleted';

/** Objects take more room than their JSON text. */
const BYTES_PER_CHARACTER = 2;
const OBJECT_BYTES = 600;
/** One document of so many is measured. */
const SAMPLE_EVERY = 64;
/** How slowly the measure of a document's size forgets a large one. */
const FADING = 0.98;

/**
 * Documents of a copy that is being built and that nobody reads yet, held back together with their checkpoint: a document
 * touched by many batches is then written once, and is at hand for the next batch. A crash loses nothing that counts,
 * since the file holds an earlier checkpoint with what belongs to it.
 */
export class BuildBuffer {
  readonly documents = new Map<string, HeldDocument>();
  readonly parks = new Map<string, Park>();
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
    for (const change of changes) {
      if (change.op === 'put') this.put(change, checkpoint);
      else if (change.op === 'delete') this.documents.set(change.key, 'deleted');
    }
    for (const park of parks) this.parks.set(park.key, park);
    this.checkpoint = Number(checkpoint);
    this.events = events;
    this.lease = lease;
  }

  /** The memory it takes, as far as can be told cheaply. */
  get bytes(): number {
    return this.documents.size * (this.charactersPerDocument * BYTES_PER_CHARACTER + OBJECT_BYTES);
  }

  /** Forgets what has been written. */
  clear(): void {
    this.documents.clear();
    this.parks.clear();
  }

  private put(put: Put, position: bigint): void {
    const { key, doc, fence } = put;
    if (this.puts++ % SAMPLE_EVERY === 0) {
      const characters = JSON.stringify(doc).length;
      this.charactersPerDocument = Math.max(characters, this.charactersPerDocument * FADING);
    }
    this.documents.set(key, { stored: { key, doc, position, fence }, put });
  }
}
