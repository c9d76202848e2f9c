import type { Kind, Touchpoint } from '@rapport/kernel';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENT_OVERHEAD_BYTES,
  APPEND_EVENTS_MAX,
  type EventToAppend,
  type ExpectedRevision,
  type StreamAppend,
} from '../ports/index.js';
import type { Split } from '../resolve/corrected-data.js';
import type { StreamState } from './stream-state.js';

/** Leaves room for the store's own overhead around type and body. */
export const APPEND_BYTES_PLANNED = APPEND_BYTES_MAX - 4_096;

/** A UTF-16 unit takes at most three bytes of UTF-8, so what is short enough need not be measured. */
const BYTES_PER_UNIT_MAX = 3;
const UNMEASURED_UNITS_MAX = 1_024;

/** UTF-8 bytes of a text; of a short one an upper bound. */
export const bytesAtMost = (text: string): number =>
  text.length <= UNMEASURED_UNITS_MAX ? text.length * BYTES_PER_UNIT_MAX : Buffer.byteLength(text);

/** A touchpoint that is well formed, and its place among those that came with it. */
export interface Candidate {
  readonly index: number;
  readonly touchpoint: Touchpoint;
  readonly kind: Kind;
  /** The name of its episode in its life cycle; undefined when it stands alone. */
  readonly episode: string | undefined;
  /** Without its personal values; undefined for a correction or void, whose split depends on what it is about. */
  readonly split: Split | undefined;
}

interface Waiter {
  readonly resolve: (position: bigint) => void;
  readonly reject: (error: unknown) => void;
}

/** Events of one stream that go into one append. */
export class PlannedAppend implements StreamAppend {
  readonly candidates: Candidate[];
  readonly events: EventToAppend[];
  private failure: { readonly error: unknown } | undefined;
  /** Whoever repeats an event of this append before it is durable. */
  private waiting: Map<Waiter, number> | undefined;

  constructor(
    readonly stream: string,
    readonly state: StreamState,
    readonly firstRevision: number,
    candidate: Candidate,
    event: EventToAppend,
    private bytes: number,
  ) {
    // Most appends hold one event: lists that begin with it take no more room than that.
    this.candidates = [candidate];
    this.events = [event];
  }

  get expectedRevision(): ExpectedRevision {
    return this.firstRevision === 0 ? 'none' : this.firstRevision - 1;
  }

  hasRoomFor(bytes: number): boolean {
    const overhead = this.events.length * APPEND_EVENT_OVERHEAD_BYTES;
    return this.events.length < APPEND_EVENTS_MAX && this.bytes + bytes + overhead <= APPEND_BYTES_PLANNED;
  }

  add(candidate: Candidate, event: EventToAppend, bytes: number): void {
    this.candidates.push(candidate);
    this.events.push(event);
    this.bytes += bytes;
  }

  holds(revision: number): boolean {
    return revision >= this.firstRevision && revision < this.firstRevision + this.events.length;
  }

  /** The position of one of its events, once it may be acknowledged. */
  positionOf(revision: number): Promise<bigint> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) reject(this.failure.error);
      else (this.waiting ??= new Map()).set({ resolve, reject }, revision - this.firstRevision);
    });
  }

  /** Its events are durable at these positions. */
  settle(positions: readonly bigint[]): void {
    this.state.settled(this, positions);
    this.waiting?.forEach((place, { resolve }) => resolve(positions[place] as bigint));
  }

  fail(error: unknown): void {
    this.failure = { error };
    this.waiting?.forEach((_place, { reject }) => reject(error));
  }
}
