import type { Kind, Touchpoint } from '@rapport/kernel';
import { APPEND_BYTES_MAX, APPEND_EVENTS_MAX, type EventToAppend } from '../ports/index.js';
import type { DurableAppend } from './stream-state.js';

/** Leaves room for the store's own overhead around type and body. */
export const APPEND_BYTES_PLANNED = APPEND_BYTES_MAX - 4_096;

/** A touchpoint that is well formed, and its place among those that came with it. */
export interface Candidate {
  readonly index: number;
  readonly touchpoint: Touchpoint;
  readonly kind: Kind;
}

/** Events of one stream that go into one append. */
export class PlannedAppend {
  readonly candidates: Candidate[] = [];
  readonly events: EventToAppend[] = [];
  bytes = 0;
  readonly durable: DurableAppend;
  settle!: { resolve: (positions: readonly bigint[]) => void; reject: (error: unknown) => void };

  constructor(
    readonly stream: string,
    readonly firstRevision: number,
  ) {
    const positions = new Promise<readonly bigint[]>((resolve, rejectPositions) => {
      this.settle = { resolve, reject: rejectPositions };
    });
    positions.catch(() => undefined); // reaches the caller through the append itself
    this.durable = { firstRevision, positions };
  }

  hasRoomFor(bytes: number): boolean {
    return this.events.length < APPEND_EVENTS_MAX && this.bytes + bytes <= APPEND_BYTES_PLANNED;
  }

  add(candidate: Candidate, event: EventToAppend, bytes: number): void {
    this.candidates.push(candidate);
    this.events.push(event);
    this.bytes += bytes;
  }
}
