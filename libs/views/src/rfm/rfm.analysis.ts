import { addIntegers, dayNumber, dayText, type Analysis, type TallyDocument } from '@rapport/kernel';
import { rfmQuintiles, type QuintileMethod } from '@rapport/methods';
import { currencyParameter, onlyTaken, wholeParameter, wordParameter } from '../analysis-parameters.js';
import { busiestCurrency } from '../busiest-currency.js';
import { countersOf, signals } from '../signals/signals.view.js';
import { SEGMENTS, SEGMENTS_VERSION, segmentOf } from './rfm-segments.js';

/** Parameters of an RFM analysis, completed. */
export type RfmParameters = {
  readonly method: QuintileMethod;
  readonly currency: string | null;
  /** List parties of this segment; `all` lists every one. */
  readonly segment: string;
  readonly countMax: number;
  /** List parties after this one. */
  readonly after: string | null;
};

/** One party with its values and fifths (1 lowest … 5 highest). */
export type RfmParty = {
  readonly party: string;
  readonly lastSaleDay: string;
  /** Distinct days with a sale. */
  readonly saleDays: number;
  /** Sales less returns in minor units; a decimal text beyond 2^53. */
  readonly money: number | string;
  readonly recency: number;
  readonly frequency: number;
  readonly monetary: number;
  readonly segment: string;
};

/** Segments of everybody who ever bought. */
export type RfmAnswer = {
  readonly method: QuintileMethod;
  readonly segmentsVersion: number;
  readonly currency: string;
  readonly parties: number;
  readonly segments: readonly {
    readonly segment: string;
    readonly meaning: string;
    readonly parties: number;
    readonly money: number | string;
  }[];
  /** Parties of the segment asked for, ordered by id. */
  readonly listed: readonly RfmParty[];
  /** Give it as `after` for the next ones; absent when none are left. */
  readonly next?: string;
};

const takes = {
  method:
    'independent (each value cut into fifths over all) or nested (frequency within recency, money within both)',
  currency: 'currency of the money; the one with the most sales unless given',
  segment: `list the parties of one segment (${SEGMENTS.map((one) => one.segment).join(', ')}) or of all`,
  countMax: 'how many parties to list, 0 to 10000 (100 unless given)',
  after: 'list parties after this one',
} as const;

type Values = Pick<RfmParty, 'party' | 'saleDays' | 'money'> & { readonly lastDay: number };

/** Who bought lately, often and much? Fifths by rank; equal values are parted in the order of party ids. */
export const rfmAnalysis: Analysis<RfmParameters, RfmAnswer> = {
  name: 'rfm',
  version: 1,
  description: 'Who bought lately, often and much, and in which segment does that put them?',
  takes,
  parameters: (raw) => {
    onlyTaken(raw, takes);
    return {
      method: wordParameter(raw, 'method', ['independent', 'nested']),
      currency: currencyParameter(raw, 'currency') ?? null,
      segment: wordParameter(raw, 'segment', ['all', ...SEGMENTS.map((one) => one.segment)]),
      countMax: wholeParameter(raw, 'countMax', 0, 10_000, 100),
      after: raw['after'] ?? null,
    };
  },
  compute: async (source, { method, currency: wanted, segment, countMax, after }) => {
    const currency = wanted ?? (await busiestCurrency(source.documents(signals.name)));
    const values: Values[] = [];
    for await (const { key, doc } of source.documents(signals.name)) {
      const one = valuesOf(key, doc as TallyDocument, currency);
      if (one !== undefined) values.push(one);
    }
    const parties = segmented(values, method);
    const wantedParties = parties.filter((one) => segment === 'all' || one.segment === segment);
    // The list is in the view's own key order: its next part begins after the place of the key, not by comparing texts.
    const start = after === null ? 0 : wantedParties.findIndex((one) => one.party === after) + 1;
    const listed = wantedParties.slice(start, start + countMax);
    const last = listed.at(-1);
    return {
      method,
      segmentsVersion: SEGMENTS_VERSION,
      currency,
      parties: parties.length,
      segments: SEGMENTS.map(({ segment: name, meaning }) => {
        const members = parties.filter((one) => one.segment === name);
        return {
          segment: name,
          meaning,
          parties: members.length,
          money: members.reduce<number | string>((sum, one) => addIntegers(sum, one.money), 0),
        };
      }),
      listed,
      ...(last !== undefined && start + countMax < wantedParties.length ? { next: last.party } : {}),
    };
  },
};

function valuesOf(party: string, doc: TallyDocument, currency: string): Values | undefined {
  const days = new Set<number>();
  let money: number | string = 0;
  for (const counter of countersOf(doc)) {
    if (counter.signal === 'sale' && counter.currency === undefined) days.add(dayNumber(counter.day));
    if (counter.currency !== currency) continue;
    if (counter.signal === 'sale') money = addIntegers(money, counter.value);
    if (counter.signal === 'sale.returned') money = addIntegers(money, (-BigInt(counter.value)).toString());
  }
  return days.size === 0 ? undefined : { party, saleDays: days.size, money, lastDay: Math.max(...days) };
}

function segmented(values: readonly Values[], method: QuintileMethod): readonly RfmParty[] {
  const fifths = rfmQuintiles(
    values.map(({ lastDay, saleDays, money }) => ({
      recency: lastDay,
      frequency: saleDays,
      money: Number(money),
    })),
    method,
  );
  return values.map(({ party, lastDay, saleDays, money }, index) => {
    const { recency = 1, frequency = 1, money: monetary = 1 } = fifths[index] ?? {};
    return {
      party,
      lastSaleDay: dayText(lastDay),
      saleDays,
      money,
      recency,
      frequency,
      monetary,
      segment: segmentOf(recency, frequency),
    };
  });
}
