/** What one view costs, for each event of the ledger. */
export interface ViewCost {
  readonly view: string;
  /** CPU time of building it alone: microseconds an event. */
  readonly micros: number;
  readonly bytes: number;
}

/** What an event costs, measured on one ledger. Bytes and microseconds are for each event unless the name says otherwise. */
export interface Costs {
  readonly events: number;
  readonly relationships: number;
  /** Of the event as JSON text. */
  readonly bodyBytes: number;
  /** Of `ledger.db`: the event, its salt and its part of the proof log. */
  readonly ledgerBytes: number;
  readonly keyBytesPerRelationship: number;
  /** CPU time of an event recorded and brought into every view as it arrives. */
  readonly recordedAndViewedMicros: number;
  /** CPU time of an event when all views are built anew. */
  readonly allViewsMicros: number;
  /** CPU time of verifying everything: an event against its leaf, the leaves against the tree, the views against a replay. */
  readonly verifiedMicros: number;
  /** CPU time of the analysis `rfm`, which reads every relationship, for each of them. */
  readonly rfmMicrosPerRelationship: number;
  /** Of the engine's index from keys to their events. */
  readonly historyBytes: number;
  readonly views: readonly ViewCost[];
}

/** Of all views with the engine's index. */
export const viewBytes = ({ views, historyBytes }: Costs): number =>
  views.reduce((sum, { bytes }) => sum + bytes, historyBytes);
