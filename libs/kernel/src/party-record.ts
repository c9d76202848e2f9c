import type { JsonObject, RecordedEvent } from './envelope.js';
import type { EffectiveEvent, PartyId } from './kind.js';
import type { Answer, ViewReader } from './query.js';
import type { Bounds } from './view.js';

/** A correction or void of an event, known at the bounds. */
export interface CorrectionKnown {
  readonly event: RecordedEvent;
  readonly effect: 'correction' | 'void';
  /** The payload as it should have been, without personal values; undefined for a void and for what does not fit the kind. */
  readonly data?: JsonObject | undefined;
  /** When it really happened, where the correction says so. */
  readonly time?: string | undefined;
  /** Of several the greatest (time, source, id) that fits counts. */
  readonly counts: boolean;
}

/** An event as recorded, and what has become of it. */
export interface EventOnRecord {
  readonly event: RecordedEvent;
  /** What it says at the bounds; undefined when it is voided, or of a kind that is not known here. */
  readonly effective: EffectiveEvent | undefined;
  /** In their own time. */
  readonly corrections: readonly CorrectionKnown[];
}

/** Everything recorded that names a party, nothing resolved away. */
export interface PartyRecord {
  /** The party that stands for the id that was asked for. */
  readonly party: PartyId;
  /** Every id that it stands for, itself first. */
  readonly members: readonly PartyId[];
  /** In the order of recording: those that name the party as recorded, or as they count at the bounds. */
  readonly events: readonly EventOnRecord[];
}

/** Reads what was recorded beside what it came to: what a report for an auditor is made of. */
export interface RecordReader extends ViewReader {
  /**
   * What the ledger recorded about a party within bounds.
   * @param countMax refuses a party with more events than this, since all of them are held in memory
   * @throws RapportError `LIMIT_EXCEEDED`, `VIEW_BEHIND`
   */
  recordOf(party: PartyId, bounds: Bounds, countMax: number): Promise<Answer<PartyRecord>>;
}
