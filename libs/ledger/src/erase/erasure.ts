import type { EffectiveEvent, Json } from '@rapport/kernel';
import type { ErasureReceipt, LegalHold } from '@rapport/privacy';

/** Which personal values are to be erased, by whom and why. */
export interface ErasureAsked {
  /** A party, or the stream of another person (`staff/7`). The ids of all that were merged with it are erased too. */
  readonly party: string;
  /** The id of who erases. */
  readonly by: string;
  /** The id of who approves. */
  readonly approvedBy?: string;
  /** Why: a request of the person, a retention period … No personal value. */
  readonly basis: string;
  /** The day on which the person asked for it: `2026-03-30`. */
  readonly requestedOn?: string;
}

/** What an erasure did, or would do, to one person. Holds no personal value. */
export interface ErasedPerson {
  readonly person: string;
  /** How many personal parts the ledger holds of the person, which nobody can read any more. */
  readonly parts: number;
  /** When it was erased; the first time counts. Undefined in a dry run for who was not erased before. */
  readonly erasedat?: string;
  readonly by?: string;
  readonly approvedBy?: string;
  readonly basis?: string;
  /** The key that was destroyed; undefined when there was none. */
  readonly keyid?: string;
  /** Where `PersonalDataErased` stands. */
  readonly position?: bigint;
}

/** The receipt of an erasure: one entry for each id that the party is made of. */
export interface Erasure {
  /** The id that stands for the party. */
  readonly party: string;
  readonly dryRun: boolean;
  readonly persons: readonly ErasedPerson[];
}

/** What a ledger needs to know of kinds and policies to erase; the engine knows neither. */
export interface ErasureRules {
  /** The kind that tells of erasures. */
  readonly type: string;
  /** Whether a second person has to approve. */
  readonly approvalRequired: boolean;
  /** The legal holds that stand after these events. */
  readonly holdsIn: (events: readonly EffectiveEvent[]) => readonly LegalHold[];
  /** The touchpoint that tells of an erasure. */
  readonly touchpointOf: (receipt: ErasureReceipt, requestedOn: string | undefined) => Json;
}

/** What a look at the keys found. */
export interface KeyCheck {
  /** Keys of persons, all of which open. */
  readonly keys: number;
  /** Persons who were erased. */
  readonly erased: number;
  /** Those of them of whom the ledger does not tell yet: their erasure was cut off, and wants to be asked for again. */
  readonly untold: readonly string[];
}
