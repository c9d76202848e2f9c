import type { Analysis, AnalysisSource, RecordedEvent } from '@rapport/kernel';
import { onlyTaken, wholeParameter } from '../analysis-parameters.js';
import { EpisodeWatch, type AwaitingEpisode } from './awaiting-episodes.js';
import { LateArrivalCounter, type LateArrivals } from './late-arrivals.js';
import { HashTable, textHash53 } from './text-hash.js';

/** Parameters of the report, completed. */
export type LedgerReportParameters = { readonly listMax: number };

/** A list cut at a bound that says so: `total` counts what there is. */
export type Listed<T> = { readonly total: number; readonly listed: readonly T[] };

/** An identity (source, id) that stands in several streams. */
export type SharedId = { readonly source: string; readonly id: string; readonly subjects: readonly string[] };

/** A stream whose revisions do not count 0, 1, 2 …: the sign of a damaged store. */
export type RevisionGap = {
  readonly subject: string;
  readonly expected: number;
  readonly found: number;
  readonly position: string;
};

/** What the ledger holds, and what in it needs a look. */
export type LedgerReport = {
  readonly events: number;
  readonly streams: number;
  readonly firstPosition: string | null;
  readonly lastPosition: string | null;
  readonly kinds: readonly { readonly type: string; readonly events: number }[];
  readonly sources: Listed<{ readonly source: string; readonly events: number }>;
  readonly effects: {
    readonly corrections: number;
    readonly voids: number;
    readonly merges: number;
    readonly unmerges: number;
  };
  readonly lateArrivals: LateArrivals;
  readonly revisionGaps: Listed<RevisionGap>;
  readonly sharedIds: Listed<SharedId>;
  readonly awaiting: Listed<AwaitingEpisode> & { readonly notChecked: number };
  readonly parked: Listed<{
    readonly view: string;
    readonly key: string;
    readonly position: string;
    readonly error: string;
  }>;
};

/** Sources told apart; touchpoints of further ones count under `…`. */
const SOURCES_MAX = 10_000;
const OTHER_SOURCES = '…';
const takes = {
  listMax: 'how many of each finding to list, 0 to 10000 (100 unless given); totals are always whole',
} as const;

/**
 * Totals and findings over every recorded event, as recorded. Two passes in bounded memory: the first keeps 53-bit hashes
 * in typed arrays (at most 64 bytes an event), the second compares the few candidates exactly. Streams are told apart by
 * hash alone: among a million, two share one with a chance of one in 18,000.
 */
export const ledgerReportAnalysis: Analysis<LedgerReportParameters, LedgerReport> = {
  name: 'ledger-report',
  version: 1,
  description:
    'What does the ledger hold, and what in it needs a look: gaps, late arrivals, ids in two streams, unfinished stories?',
  takes,
  parameters: (raw) => {
    onlyTaken(raw, takes);
    return { listMax: wholeParameter(raw, 'listMax', 0, 10_000, 100) };
  },
  compute: async (source, { listMax }) => {
    const first = new FirstPass(source, listMax);
    for await (const event of source.events()) first.add(event);
    const sharedIds =
      first.suspects.size === 0
        ? { total: 0, listed: [] }
        : await sharedAmong(source, first.suspects, listMax);
    const parked = await source.parked();
    const awaiting = [...first.episodes.awaiting()];
    const sources = first.sourcesByCount();
    return {
      events: first.events,
      streams: first.streams,
      firstPosition: first.firstPosition?.toString() ?? null,
      lastPosition: first.lastPosition?.toString() ?? null,
      kinds: [...first.types]
        .map(([type, events]) => ({ type, events }))
        .sort((a, b) => (a.type < b.type ? -1 : 1)),
      sources: { total: sources.length, listed: sources.slice(0, listMax) },
      effects: first.effects,
      lateArrivals: first.late.result,
      revisionGaps: { total: first.gapsTotal, listed: first.gaps },
      sharedIds,
      awaiting: {
        total: awaiting.length,
        listed: awaiting.slice(0, listMax),
        notChecked: first.episodes.notChecked,
      },
      parked: {
        total: parked.length,
        listed: parked.slice(0, listMax).map((one) => ({ ...one, position: one.position.toString() })),
      },
    };
  },
};

class FirstPass {
  events = 0;
  streams = 0;
  firstPosition: bigint | undefined;
  lastPosition: bigint | undefined;
  gapsTotal = 0;
  readonly gaps: RevisionGap[] = [];
  readonly types = new Map<string, number>();
  readonly effects = { corrections: 0, voids: 0, merges: 0, unmerges: 0 };
  readonly late = new LateArrivalCounter();
  readonly episodes: EpisodeWatch;
  /** Hashes of identities that may stand in two streams. */
  readonly suspects = new Set<number>();
  private readonly sources = new Map<string, number>();
  private readonly revisions = new HashTable();
  private readonly subjectsById = new HashTable();

  constructor(
    private readonly source: AnalysisSource,
    private readonly listMax: number,
  ) {
    this.episodes = new EpisodeWatch(source.kinds);
  }

  add(event: RecordedEvent): void {
    this.events++;
    this.firstPosition ??= event.position;
    this.lastPosition = event.position;
    this.types.set(event.type, (this.types.get(event.type) ?? 0) + 1);
    const source =
      this.sources.has(event.source) || this.sources.size < SOURCES_MAX ? event.source : OTHER_SOURCES;
    this.sources.set(source, (this.sources.get(source) ?? 0) + 1);
    this.countEffect(event);
    this.late.add(event.time, event.recordedat);
    this.episodes.add(event);
    const subject = textHash53(event.subject);
    this.checkRevision(event, subject);
    const identity = identityHash(event);
    const known = this.subjectsById.get(identity);
    if (known === undefined) this.subjectsById.set(identity, subject);
    else if (known !== subject) this.suspects.add(identity);
  }

  sourcesByCount(): readonly { source: string; events: number }[] {
    return [...this.sources]
      .map(([source, events]) => ({ source, events }))
      .sort((a, b) => b.events - a.events || (a.source < b.source ? -1 : 1));
  }

  private countEffect({ type }: RecordedEvent): void {
    const effect = this.source.kinds.get(type)?.effect;
    switch (effect) {
      case 'correction':
        this.effects.corrections++;
        return;
      case 'void':
        this.effects.voids++;
        return;
      case 'merge':
        this.effects.merges++;
        return;
      case 'unmerge':
        this.effects.unmerges++;
        return;
      case 'fact':
      case undefined:
        return;
    }
  }

  private checkRevision({ subject, revision, position }: RecordedEvent, hash: number): void {
    const last = this.revisions.get(hash);
    if (last === undefined) this.streams++;
    const expected = last === undefined ? 0 : last + 1;
    if (revision !== expected) {
      this.gapsTotal++;
      if (this.gaps.length < this.listMax)
        this.gaps.push({ subject, expected, found: revision, position: position.toString() });
    }
    this.revisions.set(hash, revision);
  }
}

const identityText = ({ source, id }: RecordedEvent): string => JSON.stringify([source, id]);
const identityHash = (event: RecordedEvent): number => textHash53(identityText(event));

/** Compares the candidates of the first pass exactly. */
async function sharedAmong(
  source: AnalysisSource,
  suspects: ReadonlySet<number>,
  listMax: number,
): Promise<Listed<SharedId>> {
  const subjects = new Map<
    string,
    { readonly source: string; readonly id: string; readonly subjects: Set<string> }
  >();
  for await (const event of source.events()) {
    if (!suspects.has(identityHash(event))) continue;
    const identity = identityText(event);
    const known = subjects.get(identity);
    if (known === undefined)
      subjects.set(identity, { source: event.source, id: event.id, subjects: new Set([event.subject]) });
    else known.subjects.add(event.subject);
  }
  const shared = [...subjects.values()].filter((one) => one.subjects.size > 1);
  return {
    total: shared.length,
    listed: shared.slice(0, listMax).map((one) => ({ ...one, subjects: [...one.subjects] })),
  };
}
