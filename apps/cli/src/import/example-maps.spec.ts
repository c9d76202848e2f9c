import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { parseStrictJson, valueOf, type JsonObject } from '@rapport/kernel';
import { kinds } from '@rapport/touchpoints';
import { mapperOf } from './mapper.js';
import { parseMapping } from './mapping.js';
import { openRows } from './rows/open-rows.js';
import { NOTHING_COUNTED, runImport, type ImportCounts } from './run-import.js';
import { unitsOf } from './unit.js';

const MAPS = fileURLToPath(new URL('../../../../examples/maps/', import.meta.url));
const DATA =
  process.env['RAPPORT_TEST_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
jest.setTimeout(120_000);

const describeWithData = existsSync(DATA) ? describe : describe.skip;

/** Maps a file and checks every payload, without a ledger. */
async function mapped(
  map: string,
  file: string,
): Promise<{ counts: ImportCounts; touchpoints: JsonObject[]; native: boolean; problems: string[] }> {
  const mapping = parseMapping(valueOf(parseStrictJson(readFileSync(`${MAPS}${map}`, 'utf8'))));
  const mapper = mapperOf(mapping);
  const touchpoints: JsonObject[] = [];
  const problems: string[] = [];
  const counts = await runImport({
    units: unitsOf(openRows(join(DATA, file), mapping), mapping),
    mapper,
    skip: 0,
    counted: NOTHING_COUNTED,
    signal: new AbortController().signal,
    onProblem: async ({ message }) => void problems.push(message),
    onBatch: async () => undefined,
    sink: async (batch) =>
      batch.map((touchpoint) => {
        touchpoints.push(touchpoint);
        const checked = kinds.get(touchpoint['type'] as string)?.validate(touchpoint['data'] ?? null);
        if (checked?.ok === true) return { status: 'recorded' as const };
        return {
          status: 'rejected' as const,
          code: 'INVALID_PAYLOAD' as const,
          message: checked?.rejection.message ?? 'unknown kind',
        };
      }),
  });
  return { counts, touchpoints, native: mapper.native, problems };
}

const ofKind = (touchpoints: readonly JsonObject[], kind: string): readonly JsonObject[] =>
  touchpoints.filter((one) => (one['type'] as string).includes(`.${kind}.`));

const linesOf = (touchpoint: JsonObject) =>
  (touchpoint['data'] as { lines: { quantity: number; unitPrice: { amountMinor: number } }[] }).lines;

describeWithData(`the example mappings${existsSync(DATA) ? '' : ' (skipped: no shared data)'}`, () => {
  it('turns every CDNOW row into one sale, to the cent and to the piece', async () => {
    const { counts, touchpoints, native } = await mapped('cdnow.json', 'cdnow/CDNOW_master.txt');
    expect(native).toBe(true);
    expect(counts).toEqual({ rows: 69_659, read: 69_659, recorded: 69_659, duplicate: 0, rejected: 0 });
    expect(new Set(touchpoints.map((one) => one['id'])).size).toBe(69_659);
    expect(new Set(touchpoints.map((one) => one['subject'])).size).toBe(23_570);
    const lines = touchpoints.flatMap(linesOf);
    expect(lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0)).toBe(
      250_031_563,
    );
    expect(lines.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(167_881);
  });

  it('reads the sample of CDNOW', async () => {
    const { counts, touchpoints } = await mapped('cdnow-sample.json', 'cdnow/CDNOW_sample.txt');
    expect(counts).toMatchObject({ rows: 6_919, recorded: 6_919, rejected: 0 });
    expect(new Set(touchpoints.map((one) => one['subject'])).size).toBe(2_357);
  });

  it('makes an episode with its stages of every complaint', async () => {
    const { counts, touchpoints, native, problems } = await mapped(
      'cfpb.json',
      'cfpb/consumer_complaints.csv',
    );
    expect(problems.slice(0, 3)).toEqual([]);
    expect(native).toBe(true);
    expect(counts).toMatchObject({ rows: 3_186, rejected: 0 });
    const count = (kind: string): number => ofKind(touchpoints, kind).length;
    expect([
      count('ComplaintReceived'),
      count('ComplaintAcknowledged'),
      count('ComplaintResponded'),
      count('ComplaintClosed'),
      count('ComplaintDisputed'),
    ]).toEqual([3_186, 3_186, 3_183, 3_157, 595]);
    expect(new Set(touchpoints.map((one) => one['episode'])).size).toBe(3_186);
    const [first] = touchpoints;
    expect(first).toMatchObject({
      time: '2013-07-29T04:00:00.000Z',
      channel: 'callCentre',
      data: { parties: [{ id: 'wells-fargo-company', role: 'provider' }] },
    });
  });

  it('counts telephone customers back from the day the map states', async () => {
    const { counts, touchpoints, native, problems } = await mapped(
      'telco.json',
      'telco/Telco-Customer-Churn.csv',
    );
    expect(problems.slice(0, 3)).toEqual([]);
    expect(native).toBe(true);
    expect(counts).toMatchObject({ rows: 7_043, rejected: 0 });
    const count = (kind: string): number => ofKind(touchpoints, kind).length;
    expect([
      count('PartyRegistered'),
      count('SubscriptionStarted'),
      count('SubscriptionCancelled'),
      count('ContractSigned'),
    ]).toEqual([7_043, 7_043 + 2_044, 1_869, 3_168]);
  });

  it('joins the lines of an invoice and takes cancellations as returns', async () => {
    const { counts, touchpoints, problems } = await mapped(
      'online-retail.json',
      'online_retail/online_retail_FR_DE_PL_IT.csv',
    );
    expect(problems.slice(0, 3)).toEqual([]);
    expect(counts).toEqual({ rows: 19_196, read: 1_143, recorded: 1_143, duplicate: 0, rejected: 0 });
    expect([ofKind(touchpoints, 'SaleCompleted').length, ofKind(touchpoints, 'SaleReturned').length]).toEqual(
      [906, 237],
    );
    expect(touchpoints.flatMap(linesOf)).toHaveLength(19_196);
  });

  it('makes an edge of every name in both networks', async () => {
    const physicians = await mapped('medinnov.json', 'medinnov/medInnovations.csv');
    expect(physicians.problems.slice(0, 3)).toEqual([]);
    expect([
      ofKind(physicians.touchpoints, 'RecommendationMade').length,
      ofKind(physicians.touchpoints, 'SaleCompleted').length,
    ]).toEqual([286 + 337 + 289, 125 - 16]);
    const women = await mapped('kfamily.json', 'medinnov/kfamily_network.csv');
    expect(women.problems.slice(0, 3)).toEqual([]);
    const named = 2_963 + 3_774 + 2_708 + 2_342 + 808 + 2_230 + 2_249 + 2_227;
    const themselves = 3 + 7 + 2 + 2 + 2 + 6 + 4 + 3;
    expect([
      ofKind(women.touchpoints, 'RecommendationMade').length,
      ofKind(women.touchpoints, 'SaleCompleted').length,
    ]).toEqual([named - themselves, 1_047 - 374]);
  });
});
