import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, listAt, membersAt, post, type Body } from './talk.js';
import { inquiry, referral, sale, type Emitted } from './touchpoints.js';

describe('parties, loyalty and referrals', () => {
  let rapport: StartedRapport;
  let last: string;
  const positions = new Map<string, string>();
  const get = (path: string) => ask(`${rapport.url}/v1/${path}`);
  const value = async (path: string): Promise<Body> => {
    const { status, body } = await get(path);
    expect([path, status, body['code']]).toEqual([path, 200, undefined]);
    return body['value'] as Body;
  };
  const record = async (event: Emitted): Promise<void> => {
    const { body } = await post(`${rapport.url}/v1/events`, event);
    expect(body['status']).toBe('recorded');
    last = String(body['position']);
    positions.set(event.id, last);
  };
  beforeAll(async () => {
    rapport = await startRapport();
    await record(inquiry('q-1', 'anna', { time: '2026-01-05T10:00:00Z' }));
    await record(sale('s-1', 'anna', { time: '2026-01-10T10:00:00Z' }));
    await record(sale('s-2', 'anna', { time: '2026-02-10T10:00:00Z' }));
    await record(referral('r-1', 'anna', 'ben', { time: '2026-02-11T10:00:00Z' }));
    await record(referral('r-2', 'ben', 'cleo', { time: '2026-02-20T10:00:00Z' }));
    for (const [referrer, prospect] of [
      ['anna', 'ben'],
      ['ben', 'cleo'],
    ] as const) {
      await record({
        ...referral(`a-${prospect}`, referrer, prospect, { time: '2026-02-21T10:00:00Z' }),
        type: 'rapport.referral.ReferralAccepted.v1',
        data: { prospect },
      });
    }
    await record(sale('s-3', 'ben', { time: '2026-03-01T10:00:00Z' }));
    await record({
      ...sale('fix', 'anna', { time: '2026-03-02T10:00:00Z', correctsid: 's-1' }),
      type: 'rapport.governance.TouchpointVoided.v1',
      data: { reason: 'entered twice' },
    });
    await get(`views?waitFor=${last}&waitTimeoutMs=30000`);
  });
  afterAll(() => rapport.close());

  it('gives what is known of a party, now and as it was', async () => {
    const { headers, body } = await get(`parties/anna?waitFor=${last}`);
    expect(body).toMatchObject({
      view: 'relationship-360',
      position: last,
      bounds: {},
      value: { party: 'anna', sales: 1 },
    });
    expect(headers.get('rapport-position')).toBe(last);
    expect(await value(`parties/anna?knownAt=${positions.get('s-2')}`)).toMatchObject({ sales: 2 });
    expect(await value(`parties/anna?asOf=2026-01-31&knownAt=${positions.get('s-2')}`)).toMatchObject({
      sales: 1,
    });
    expect(await get('parties/nobody')).toMatchObject({ status: 404, body: { code: 'PARTY_NOT_FOUND' } });
  });

  it('takes knownAt as a time as well', async () => {
    expect(await get('parties/anna?knownAt=2000-01-01')).toMatchObject({
      status: 404,
      body: { code: 'PARTY_NOT_FOUND' },
    });
    expect(await value(`parties/anna?knownAt=${new Date(Date.now() + 60_000).toISOString()}`)).toMatchObject({
      sales: 1,
    });
  });

  it('finds parties by declared fields only', async () => {
    const keys = (body: Body): unknown[] => membersAt('key', body, 'items');
    expect(keys(await value('parties?sales.from=1'))).toEqual(['anna', 'ben']);
    expect(keys(await value('parties?sort=-sales&limit=1'))).toHaveLength(1);
    expect(await get('parties?name=anna')).toMatchObject({
      status: 400,
      body: { code: 'FIELD_NOT_INDEXED' },
    });
    const first = await value('parties?limit=1');
    const second = await value(`parties?limit=1&after=${encodeURIComponent(String(first['next']))}`);
    expect([...keys(first), ...keys(second)]).toEqual(['anna', 'ben']);
    expect(await get('parties?after=forged')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_CURSOR' },
    });
  });

  it('gives the timeline, filtered, page by page, by episode, as a tree', async () => {
    const ids = (body: Body): unknown[] => membersAt('id', body, 'items');
    expect(ids(await value('parties/anna/timeline'))).toEqual(['a-ben', 'r-1', 's-2', 'q-1']);
    expect(ids(await value('parties/anna/timeline?family=sale,inquiry&order=oldestFirst'))).toEqual([
      'q-1',
      's-2',
    ]);
    expect(ids(await value('parties/anna/timeline?from=2026-02-10&to=2026-02-10'))).toEqual(['s-2']);
    const page = await value('parties/anna/timeline?limit=2');
    expect(
      ids(await value(`parties/anna/timeline?limit=2&after=${encodeURIComponent(String(page['next']))}`)),
    ).toEqual(['s-2', 'q-1']);
    const cases = await value('parties/anna/timeline?groupBy=episode');
    expect(membersAt('episode', cases, 'episodes')).toEqual(
      expect.arrayContaining(['referral-r-1', 'inquiry-q-1']),
    );
    expect(ids(await value('parties/anna/timeline?tree=true'))).toEqual(['a-ben', 'r-1', 's-2', 'q-1']);
    expect(await get('parties/anna/timeline?groupBy=episode&kind=SaleCompleted')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY', parameters: 'kind' },
    });
  });

  it('tells what was learned between two pairs of bounds', async () => {
    const diff = await value(`parties/anna/timeline/diff?firstKnownAt=${positions.get('s-2')}`);
    expect(membersAt('change', diff, 'changes')).toContain('voided');
  });

  it('scores loyalty, and opens the score to the touchpoints behind it', async () => {
    const score = await value('parties/anna/loyalty?asOf=2026-03-31');
    const why = await value('parties/anna/loyalty/why?asOf=2026-03-31');
    const sum = listAt(why, 'contributions').reduce((total, one) => total + Number(one['thousandths']), 0);
    expect(sum).toBe(score['scoreThousandths']);
    expect(why['scoreThousandths']).toBe(score['scoreThousandths']);
    const trend = await value('parties/anna/loyalty/trend?asOf=2026-03-31&months=2');
    expect(listAt(trend, 'points').at(-1)).toMatchObject({
      day: '2026-03-31',
      scoreThousandths: score['scoreThousandths'],
    });
    expect(await get('parties/anna/loyalty?rules=99')).toMatchObject({
      status: 404,
      body: { code: 'RULES_NOT_FOUND' },
    });
    expect(await get('parties/anna/loyalty/compare?left=1')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
    expect(await get('parties/anna/loyalty/compare?left=1&right=1')).toMatchObject({
      status: 200,
      body: { value: { differences: [] } },
    });
  });

  it('walks the forest of referrals', async () => {
    expect(membersAt('party', await value('referrals/cleo/ancestors'), 'chain')).toEqual([
      'cleo',
      'ben',
      'anna',
    ]);
    expect(membersAt('party', await value('referrals/anna/subtree'), 'parties')).toEqual([
      'anna',
      'ben',
      'cleo',
    ]);
    expect((await value('referrals/anna/subtree?depth=1'))['complete']).toBe(false);
    expect(await value('referrals/anna/metrics')).toMatchObject({ root: 'anna', descendants: 2, depth: 2 });
    expect(await value('referrals/path?from=anna&to=cleo')).toMatchObject({
      path: ['anna', 'ben', 'cleo'],
      common: 'anna',
    });
    expect(membersAt('party', await value('referrals/top?by=accepted'), 'referrers').sort()).toEqual([
      'anna',
      'ben',
    ]);
    expect(await get('referrals/path?from=anna')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
    expect(await get('referrals/anna/subtree?parties=1')).toMatchObject({
      status: 413,
      body: { code: 'LIMIT_EXCEEDED' },
    });
  });

  it('exports the forest in three formats', async () => {
    expect(listAt((await get('referrals/forest')).body, 'parties').length).toBe(3);
    const csv = await get('referrals/forest?format=csv');
    expect([csv.headers.get('content-type'), csv.text.trim().split('\r\n').length]).toEqual([
      'text/csv; charset=utf-8; header=present',
      4,
    ]);
    const graphml = await get('referrals/forest?format=graphml');
    expect(graphml.text).toContain('<edge source="anna" target="ben">');
    expect(await get('referrals/forest?format=dot')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
  });

  it('waits for what was just written, and says when it waited too long', async () => {
    expect(await get(`parties/anna?waitFor=${BigInt(last) + 1_000_000n}&waitTimeoutMs=20`)).toMatchObject({
      status: 504,
      body: { code: 'WAIT_TIMEOUT' },
    });
    const { body } = await post(`${rapport.url}/v1/events`, sale('fresh', 'dora'));
    expect(await get(`parties/dora?waitFor=${String(body['position'])}&waitTimeoutMs=30000`)).toMatchObject({
      status: 200,
      body: { value: { sales: 1 } },
    });
  });

  it.each([
    'asOf=31.1.2026',
    'asOf=2026-02-30',
    'knownAt=later',
    'waitFor=x',
    'waitTimeoutMs=-1',
    'asof=2026-01-01',
    'asOf=2026-01-01&asOf=2026-01-02',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await get(`parties/anna?${query}`);
    expect(status).toBe(400);
    expect(['INVALID_QUERY', 'INVALID_TIME']).toContain(body['code']);
  });
});
