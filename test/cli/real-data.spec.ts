import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DATA, hasData, jsonOf, rapport, type Said } from './rapport-command.js';

jest.setTimeout(300_000);

const describeWithData = hasData ? describe : describe.skip;

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rapport-data-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const importing = (map: string, file: string, tenant: string, dataDir = 'data'): Promise<Said> =>
  rapport([
    'import',
    '--map',
    `examples/maps/${map}`,
    file,
    '--data',
    join(folder, dataDir),
    '--tenant',
    tenant,
    '--json',
  ]);
const asking = async (tenant: string, ...args: string[]): Promise<Record<string, unknown>> =>
  jsonOf(await rapport([...args, '--data', join(folder, 'data'), '--tenant', tenant, '--json']));
/** Hashes of the views that tell of parties, by name. */
const hashes = async (tenant: string): Promise<unknown> => (await asking(tenant, 'views', 'hash'))['views'];

const MASTER = join(DATA, 'cdnow', 'CDNOW_master.txt');

/** A file's lines in another order, the same every time; its header stays first. */
async function shuffled(path: string): Promise<string> {
  const [header = '', ...lines] = (await readFile(path, 'latin1'))
    .split('\r\n')
    .filter((line) => line !== '');
  let seed = 42;
  const keyed = lines.map(
    (line) => ((seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648), { line, key: seed }),
  );
  const target = join(folder, 'shuffled.txt');
  await writeFile(
    target,
    `${[header, ...keyed.sort((a, b) => a.key - b.key).map(({ line }) => line)].join('\r\n')}\r\n`,
  );
  return target;
}

describeWithData('the command on real data (skipped: no shared data)', () => {
  it('imports every CDNOW sale once, to the cent, whatever the order of the rows', async () => {
    const first = await importing('cdnow.json', MASTER, 'cdnow');
    expect(jsonOf(first)).toEqual({
      rows: 69_659,
      read: 69_659,
      recorded: 69_659,
      duplicate: 0,
      rejected: 0,
    });
    expect(jsonOf(await importing('cdnow.json', MASTER, 'cdnow'))).toEqual({
      rows: 69_659,
      read: 69_659,
      recorded: 0,
      duplicate: 69_659,
      rejected: 0,
    });
    expect(jsonOf(await importing('cdnow.json', await shuffled(MASTER), 'other'))).toMatchObject({
      recorded: 69_659,
      rejected: 0,
    });
    expect(await hashes('other')).toEqual(await hashes('cdnow'));

    const { stdout } = await rapport([
      'export',
      'view',
      'referral-graph',
      '--data',
      join(folder, 'data'),
      '--tenant',
      'cdnow',
    ]);
    const documents = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { doc: { sales: number; value: [string, number][] } });
    expect(documents).toHaveLength(23_570);
    expect(documents.reduce((sum, { doc }) => sum + doc.sales, 0)).toBe(69_659);
    expect(documents.reduce((sum, { doc }) => sum + (doc.value[0]?.[1] ?? 0), 0)).toBe(250_031_563);
  });

  it('back-tests the loyalty score on CDNOW against every baseline', async () => {
    const { value } = await asking('cdnow', 'backtest', '--cut', '1997-09-30', '--horizon', '273');
    expect(value).toMatchObject({ customers: 23_570, positives: 7_058, betterThanScore: [] });
  });

  it('makes an episode with its stages of every complaint', async () => {
    expect(
      jsonOf(await importing('cfpb.json', join(DATA, 'cfpb', 'consumer_complaints.csv'), 'cfpb')),
    ).toMatchObject({ rows: 3_186, read: 3_186 + 3_186 + 3_183 + 3_157 + 595, duplicate: 0, rejected: 0 });
    const page = await asking('cfpb', 'timeline', 'wells-fargo-company', '--episodes', '--limit', '1000');
    const { episodes } = page['value'] as { episodes: { touchpoints: number }[] };
    expect(episodes).toHaveLength(220);
    expect(episodes.every(({ touchpoints }) => touchpoints >= 2 && touchpoints <= 5)).toBe(true);
  });

  it('keeps every edge of both networks of word of mouth', async () => {
    expect(
      jsonOf(await importing('medinnov.json', join(DATA, 'medinnov', 'medInnovations.csv'), 'medinnov')),
    ).toEqual({ rows: 125, read: 912 + 109, recorded: 912 + 109, duplicate: 0, rejected: 0 });
    expect(
      jsonOf(await importing('kfamily.json', join(DATA, 'medinnov', 'kfamily_network.csv'), 'kfamily')),
    ).toEqual({ rows: 1_047, read: 19_272 + 673, recorded: 19_272 + 673, duplicate: 0, rejected: 0 });
    const madeBy = async (tenant: string): Promise<number> => {
      const { stdout } = await rapport([
        'export',
        'view',
        'referral-graph',
        '--data',
        join(folder, 'data'),
        '--tenant',
        tenant,
      ]);
      return stdout
        .trim()
        .split('\n')
        .reduce(
          (sum, line) =>
            sum +
            (JSON.parse(line) as { doc: { made: { recommendations: number } } }).doc.made.recommendations,
          0,
        );
    };
    expect(await madeBy('medinnov')).toBe(912);
    expect(await madeBy('kfamily')).toBe(19_272);
  });

  it('reads telephone customers and invoices', async () => {
    expect(
      jsonOf(await importing('telco.json', join(DATA, 'telco', 'Telco-Customer-Churn.csv'), 'telco')),
    ).toMatchObject({ rows: 7_043, rejected: 0 });
    const retail = join(DATA, 'online_retail', 'online_retail_FR_DE_PL_IT.csv');
    expect(jsonOf(await importing('online-retail.json', retail, 'retail'))).toEqual({
      rows: 19_196,
      read: 1_143,
      recorded: 1_143,
      duplicate: 0,
      rejected: 0,
    });
    expect(jsonOf(await importing('online-retail.json', retail, 'retail'))).toMatchObject({
      recorded: 0,
      duplicate: 1_143,
    });
  });
});
