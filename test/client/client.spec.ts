import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startServer, type RunningServer } from '@rapport/api';
import { rapportClient, type EventInput } from '@rapport/client';
import { openEmbedded } from '@rapport/profiles';

jest.setTimeout(60_000);

const sale = (id: string, party = 'c-1'): EventInput<'rapport.sale.SaleCompleted.v1'> => ({
  id,
  type: 'rapport.sale.SaleCompleted.v1',
  subject: `relationship/${party}`,
  time: '2026-01-31T12:00:00.000Z',
  data: { lines: [{ sku: 'tea', quantity: 1, unitPrice: { amountMinor: 450, currency: 'EUR' } }] },
});

let dataDir = '';
let server: RunningServer;

async function serve(port = 0): Promise<void> {
  server = await startServer({ rapport: await openEmbedded({ dataDir, projector: 'inline' }), port });
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rapport-client-'));
  await serve();
});
afterEach(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const clientOf = () => rapportClient({ url: server.url, source: 'urn:spec:shop' });

describe('a client', () => {
  it('reads what it has just written', async () => {
    const client = clientOf();
    const outcome = await client.record(sale('s-1'));
    expect(outcome).toMatchObject({
      status: 'recorded',
      id: 's-1',
      source: 'urn:spec:shop',
      subject: 'relationship/c-1',
      revision: 0,
    });
    expect(client.lastPosition).toBe(outcome.position);
    const { items } = (await client.timeline('c-1')).value as unknown as { items: { headline: string }[] };
    expect(items.map(({ headline }) => headline)).toEqual(['Bought 1 item for 4.50 EUR.']);
    expect(await client.record(sale('s-1'))).toMatchObject({
      status: 'duplicate',
      position: outcome.position,
    });
  });

  it('asks every sort of question', async () => {
    const client = clientOf();
    await client.recordAll([
      sale('s-1'),
      {
        type: 'rapport.referral.ReferralMade.v1',
        subject: 'relationship/c-1',
        time: '2026-02-01T12:00:00Z',
        data: { prospect: 'c-2' },
      },
    ]);
    expect((await client.loyalty('c-1', { on: undefined })).value).toMatchObject({ party: 'c-1' });
    expect((await client.why('c-1')).value).toMatchObject({ party: 'c-1' });
    expect((await client.referrals('c-1')).value).toMatchObject({ root: 'c-1' });
    expect((await client.referrals('c-2', 'ancestors')).value).toMatchObject({
      chain: [{ party: 'c-2' }],
    });
    expect((await client.document('relationship-360', 'c-1')).value).toMatchObject({
      sales: expect.anything(),
    });
    expect(
      (await client.find('relationship-360', { 'sales.from': 1 })).value.items.map(({ key }) => key),
    ).toEqual(['c-1']);
    expect((await client.analyses()).length).toBeGreaterThan(0);
    expect(await client.analyse('ledger-report')).toMatchObject({ analysis: 'ledger-report' });
    expect((await client.kinds()).some(({ name }) => name === 'SaleCompleted')).toBe(true);
    expect((await client.diff('c-1', { firstAsOf: '2026-01-31' })).value).toMatchObject({ party: 'c-1' });
    const types: string[] = [];
    for await (const { type } of client.feed({ types: ['rapport.sale.SaleCompleted.v1'] })) types.push(type);
    expect(types).toEqual(['rapport.sale.SaleCompleted.v1']);
    await client.settle();
  });

  it('throws the code of a refusal', async () => {
    const client = clientOf();
    await expect(
      client.record({ type: 'rapport.sale.Unknown.v1', subject: 'relationship/c-1', data: {} }),
    ).rejects.toMatchObject({ name: 'RapportError', code: 'UNKNOWN_KIND' });
    await expect(client.find('relationship-360', { colour: 'blue' })).rejects.toMatchObject({
      code: 'FIELD_NOT_INDEXED',
    });
    expect(await client.recordAll([sale('good'), { ...sale('bad'), data: { lines: [] } }])).toMatchObject([
      { status: 'recorded' },
      { status: 'rejected', rejection: { code: 'INVALID_PAYLOAD' } },
    ]);
  });

  it('follows the ledger and resumes where it stood when the server comes back', async () => {
    const client = clientOf();
    const port = Number(new URL(server.url).port);
    const first = await client.record(sale('s-1'));
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const { id, source } of client.live({
        after: '0',
        types: ['rapport.sale.SaleCompleted.v1'],
        signal: stop.signal,
      })) {
        if (source === 'urn:spec:shop') seen.push(id);
        if (seen.length === 4) stop.abort();
      }
    })();
    await client.record(sale('s-2'));
    while (seen.length < 2) await new Promise((wake) => setTimeout(wake, 10));
    await server.close();
    await serve(port);
    await client.recordAll([sale('s-3'), sale('s-4')]);
    await following;
    expect(seen).toEqual(['s-1', 's-2', 's-3', 's-4']);
    expect(first.status).toBe('recorded');
  });
});
