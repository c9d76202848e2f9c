import type { MemberChange } from '@rapport/kernel';

/** Who acted, as far as the event says. */
export interface ReportedActor {
  readonly actorkind?: string;
  readonly actorid?: string;
}

/** Where an event stands: its place in the ledger and in the proof log. */
export interface ReportedPlace {
  /** A decimal text. */
  readonly position: string;
  /** Index of its leaf in the proof log; null while it is not sealed. */
  readonly leafIndex: number | null;
  /** uuid v5 of (tenant, stream, source, id). */
  readonly eventId: string;
  /** When it happened: the emitter says. */
  readonly time: string;
  /** When the ledger learned it: the ledger says. */
  readonly recordedat: string;
}

/** One event of a party, as it was recorded. */
export interface ReportedEvent extends ReportedPlace, ReportedActor {
  readonly subject: string;
  readonly revision: number;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  /** Short name of the kind; the type where the kind is not known here. */
  readonly kind: string;
  /** What happened, as it was first said, without any personal value. */
  readonly headline: string;
  readonly channel?: string;
  readonly direction?: string;
  readonly episode?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  /** From when it happened to when the ledger learned it; negative where the emitter's clock was ahead. */
  readonly delaySeconds: number;
  /** Whether the ledger had already learned something about the party that happened later. */
  readonly late: boolean;
  /**
   * `counts`: as recorded. `corrected`: with another payload or time, see `now`. `voided`: not at all. `waiting`: a
   * correction or void of something that the ledger does not hold. `unknownKind`: nothing here can read it.
   */
  readonly standing: 'counts' | 'corrected' | 'voided' | 'waiting' | 'unknownKind';
  /** What it says now, where it was corrected. */
  readonly now?: { readonly headline: string; readonly time: string };
  /** Where personal values stand in its payload (RFC 6901); no report holds them. */
  readonly withheld: readonly string[];
  /** Name of the file with its receipt, where receipts were written. */
  readonly receipt?: string;
}

/** A correction or void: of what, by whom, and what it changed. */
export interface ReportedCorrection {
  readonly effect: 'correction' | 'void';
  /** Of several the greatest (time, source, id) that fits counts. */
  readonly counts: boolean;
  readonly of: ReportedPlace & { readonly headline: string };
  readonly by: ReportedPlace & ReportedActor;
  readonly reason: string | null;
  /** Against the event as recorded: `/time`, and `/data/…` for members that are not personal. */
  readonly members: readonly MemberChange[];
  /** Where personal values stand in the event or its correction. */
  readonly withheld: readonly string[];
}

/** Something that happened to the record itself: a merge, a viewing, an erasure. */
export interface ReportedNote extends ReportedPlace, ReportedActor {
  readonly kind: string;
  readonly headline: string;
  /** For viewings: what for. */
  readonly purpose?: string;
}

/** A report about a party that a person can read and a program can check. */
export interface PartyReport {
  /** Name of the proof log, `<host>/<tenant>`, where it has a key; the tenant otherwise. */
  readonly ledger: string;
  readonly tenant: string;
  readonly party: string;
  /** Every id that the party stands for, itself first. */
  readonly ids: readonly string[];
  readonly period: ReportPeriod;
  /** The ledger's end when the report was made. */
  readonly head: { readonly position: string; readonly count: number; readonly recordedat: string | null };
  readonly log: {
    /** Number of leaves when the report was made. */
    readonly treeSize: number;
    /** The newest signed head; null when nothing was signed yet. */
    readonly checkpoint: { readonly size: number; readonly rootHash: string; readonly note: string } | null;
  };
  /** The scoring rules in force within the bounds. */
  readonly rules: { readonly ruleSet: string; readonly version: number; readonly publishedAt: string | null };
  readonly views: readonly { readonly name: string; readonly version: number }[];
  readonly counts: {
    readonly events: number;
    readonly late: number;
    readonly corrected: number;
    readonly voided: number;
  };
  readonly corrections: readonly ReportedCorrection[];
  readonly merges: readonly ReportedNote[];
  readonly viewings: readonly ReportedNote[];
  readonly erasures: readonly ReportedNote[];
  /** In the order of recording. */
  readonly events: readonly ReportedEvent[];
  /** Cursor of the next page of events; absent on the last. */
  readonly next?: string;
}

/** Which events are reported; every bound is inclusive, null where there is none. */
export interface ReportPeriod {
  /** When they happened, as recorded or as they count. */
  readonly from: string | null;
  readonly to: string | null;
  /** When the ledger learned of them. */
  readonly recordedFrom: string | null;
  readonly recordedTo: string | null;
}

/** What a report takes from the ledger beside its views. */
export interface ReportSource {
  readonly tenant: string;
  readonly views: readonly { readonly name: string; readonly version: number }[];
  /** recordedAtMs: 0 for an empty ledger. */
  head(): Promise<{ readonly position: bigint; readonly count: number; readonly recordedAtMs: number }>;
  readonly log: {
    readonly verifierKey: string | undefined;
    size(): Promise<number>;
    head(): Promise<
      { readonly size: number; readonly root: Uint8Array; readonly checkpoint: Uint8Array } | undefined
    >;
    leafIndexesOf(positions: readonly bigint[]): Promise<readonly (number | undefined)[]>;
  };
}
