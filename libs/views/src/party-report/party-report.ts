import {
  decodeCursor,
  encodeCursor,
  RapportError,
  timeText,
  type Answer,
  type Bounds,
  type EventOnRecord,
  type PartyRecord,
  type RecordReader,
} from '@rapport/kernel';
import { rulesInForce } from '../loyalty-score/published-rules.js';
import { correctionsIn, eventsIn, notesIn, type LeafIndexes } from './reported-parts.js';
import type { PartyReport, ReportedEvent, ReportPeriod, ReportSource } from './report-shape.js';

/** At most this many events of a party in one report: all of them are held in memory. */
export const REPORT_EVENTS_MAX = 20_000;

/** What is reported, and how much at once. */
export interface ReportQuery {
  readonly period?: Partial<ReportPeriod>;
  /** Most events of a page; all of them unless given. */
  readonly countMax?: number | undefined;
  /** The cursor of the page before. */
  readonly after?: string | undefined;
  /** Writes the receipt of an event and gives the name of its file; undefined for one that has none. */
  readonly receiptOf?: (position: bigint) => Promise<string | undefined>;
}

/**
 * Everything that was recorded about a party within bounds: who, what, when it happened and when the ledger learned it,
 * what was corrected or voided and by whom, who looked, and what was erased. Holds no personal value.
 *
 * The sections are whole on every page; the cursor of a page keeps to the position of the first.
 * @throws RapportError `PARTY_NOT_FOUND`; `LIMIT_EXCEEDED` beyond {@link REPORT_EVENTS_MAX}; `INVALID_CURSOR`, `VIEW_BEHIND`
 * @example await partyReport(ledger, ledger, 'c-1', { period: { recordedFrom: '2026-01-01T00:00:00.000Z' } })
 */
export async function partyReport(
  reader: RecordReader,
  source: ReportSource,
  party: string,
  query: ReportQuery = {},
  bounds: Bounds = {},
): Promise<Answer<PartyReport>> {
  const start = query.after === undefined ? undefined : startIn(query.after, bounds);
  const pinned = start === undefined ? bounds : { ...bounds, knownAt: start.position };
  const answer = await reader.recordOf(party, pinned, REPORT_EVENTS_MAX);
  const record = answer.value;
  if (record.events.length === 0)
    throw new RapportError(
      'PARTY_NOT_FOUND',
      'No event within these bounds names this party: check the id (without "relationship/") and the tenant.',
    );
  const period = { ...EVER, ...query.period };
  const inPeriod = record.events.filter((one) => liesIn(one, period));
  const leaves = await leafIndexes(source, record);
  const all = eventsIn(record.events, inPeriod, reader.kinds, leaves);
  const { events, next } = pageOf(all, query.countMax, start?.taken ?? 0, answer.position, bounds);
  return {
    view: 'party-report',
    version: 1,
    position: answer.position,
    bounds,
    value: {
      ...(await headerOf(reader, source, bounds)),
      party: record.party,
      ids: record.members,
      period,
      counts: {
        events: all.length,
        late: all.filter(({ late }) => late).length,
        corrected: all.filter(({ standing }) => standing === 'corrected').length,
        voided: all.filter(({ standing }) => standing === 'voided').length,
      },
      corrections: correctionsIn(record.events, new Set(inPeriod), reader.kinds, leaves),
      ...notesIn(inPeriod, reader.kinds, leaves),
      events: await withReceipts(events, query.receiptOf),
      ...(next === undefined ? {} : { next }),
    },
  };
}

const EVER: ReportPeriod = { from: null, to: null, recordedFrom: null, recordedTo: null };

function liesIn({ event, effective }: EventOnRecord, period: ReportPeriod): boolean {
  const within = (time: string, from: string | null, to: string | null): boolean =>
    (from === null || time >= from) && (to === null || time <= to);
  // A correction of the time takes no event out of sight.
  const happened = [event.time, ...(effective === undefined ? [] : [effective.time])];
  return (
    happened.some((time) => within(time, period.from, period.to)) &&
    within(event.recordedat, period.recordedFrom, period.recordedTo)
  );
}

async function leafIndexes(source: ReportSource, { events }: PartyRecord): Promise<LeafIndexes> {
  const positions = events.flatMap(({ event, corrections }) => [
    event.position,
    ...corrections.map((correction) => correction.event.position),
  ]);
  const indexes = await source.log.leafIndexesOf(positions);
  return new Map(positions.map((position, at) => [position, indexes[at] ?? null]));
}

async function headerOf(
  reader: RecordReader,
  source: ReportSource,
  bounds: Bounds,
): Promise<Pick<PartyReport, 'ledger' | 'tenant' | 'head' | 'log' | 'rules' | 'views'>> {
  const { position, count, recordedAtMs } = await source.head();
  const signed = await source.log.head();
  const { ruleSet, version, publishedAt } = await rulesInForce(reader, bounds);
  return {
    // A verifier key is `<name>+<hash>+<key>` (C2SP signed-note).
    ledger: source.log.verifierKey?.split('+')[0] ?? source.tenant,
    tenant: source.tenant,
    head: {
      position: position.toString(),
      count,
      recordedat: recordedAtMs === 0 ? null : timeText(recordedAtMs),
    },
    log: {
      treeSize: await source.log.size(),
      checkpoint:
        signed === undefined
          ? null
          : {
              size: signed.size,
              rootHash: Buffer.from(signed.root).toString('hex'),
              note: Buffer.from(signed.checkpoint).toString('utf8'),
            },
    },
    rules: { ruleSet, version, publishedAt },
    views: source.views.map((view) => ({ name: view.name, version: view.version })),
  };
}

async function withReceipts(
  events: readonly ReportedEvent[],
  receiptOf: ReportQuery['receiptOf'],
): Promise<readonly ReportedEvent[]> {
  if (receiptOf === undefined) return events;
  const receipted: ReportedEvent[] = [];
  for (const event of events) {
    const receipt = await receiptOf(BigInt(event.position));
    receipted.push(receipt === undefined ? event : { ...event, receipt });
  }
  return receipted;
}

function pageOf(
  all: readonly ReportedEvent[],
  countMax: number | undefined,
  taken: number,
  position: bigint,
  { asOf }: Bounds,
): { readonly events: readonly ReportedEvent[]; readonly next?: string } {
  const end = countMax === undefined ? all.length : taken + countMax;
  const events = all.slice(taken, end);
  return end < all.length
    ? { events, next: encodeCursor([position.toString(), asOf ?? null, String(end)]) }
    : { events };
}

const DIGITS = /^\d{1,18}$/;

function startIn(
  cursor: string,
  { asOf, knownAt }: Bounds,
): { readonly position: bigint; readonly taken: number } {
  const fits = ([position, at, taken]: readonly (string | null)[]): boolean =>
    DIGITS.test(position ?? '') &&
    DIGITS.test(taken ?? '') &&
    at === (asOf ?? null) &&
    (knownAt === undefined || position === knownAt.toString());
  const [position, , taken] = decodeCursor(cursor, (parts) => parts.length === 3 && fits(parts));
  return { position: BigInt(position ?? '0'), taken: Number(taken) };
}
