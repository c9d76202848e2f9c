import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, at, listAt, membersAt, post } from './talk.js';
import { inquiry, sale } from './touchpoints.js';

describe('views, analyses and kinds', () => {
  let rapport: StartedRapport;
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask(`${rapport.url}/v1/${path}`, { headers });
  const names = (body: unknown, member = 'name'): unknown[] => membersAt(member, body, 'items');
  beforeAll(async () => {
    rapport = await startRapport();
    const batch = [sale('v-1'), sale('v-2', 'c-2'), inquiry('v-3', 'ü?#% b')];
    const { headers } = await post(`${rapport.url}/v1/events`, batch, 'application/cloudevents-batch+json');
    await get(`views?waitFor=${headers.get('rapport-position')}&waitTimeoutMs=30000`);
  });
  afterAll(() => rapport.close());

  it('lists every view with its fields and its health', async () => {
    const { body } = await get('views');
    expect(names(body)).toEqual(
      expect.arrayContaining(['timeline', 'signals', 'referral-graph', 'relationship-360']),
    );
    for (const view of listAt(body, 'items'))
      expect(view['health']).toMatchObject([{ view: view['name'], state: 'live', lagEvents: 0, parked: 0 }]);
    expect((await get('views/timeline')).body).toMatchObject({
      name: 'timeline',
      shape: 'entries',
      filters: expect.arrayContaining(['family']),
    });
    expect(await get('views/none')).toMatchObject({ status: 404, body: { code: 'VIEW_NOT_FOUND' } });
  });

  it('gives documents and entries by key, whatever is in the key', async () => {
    expect((await get('views/relationship-360/documents/c-1')).body).toMatchObject({
      view: 'relationship-360',
      value: { sales: 1 },
    });
    expect(
      (await get(`views/relationship-360/documents/${encodeURIComponent('ü?#% b')}`)).body,
    ).toMatchObject({ value: { nonSale: 1 } });
    expect((await get(`views/relationship-360/documents/${encodeURIComponent('a/b')}`)).status).toBe(404);
    expect(await get('views/relationship-360/documents/none')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    const entries = await get('views/timeline/entries/c-1?family=sale,inquiry');
    expect(names(entries.body['value'], 'id')).toEqual(['v-1']);
    expect(await get('views/timeline/entries/c-1?colour=red')).toMatchObject({
      status: 400,
      body: { code: 'FIELD_NOT_INDEXED' },
    });
    expect(await get('views/timeline/documents/c-1')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
    expect(await get('views/signals/entries/c-1')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
  });

  it('finds documents by declared fields', async () => {
    expect(names((await get('views/relationship-360/documents?sales=1')).body['value'], 'key')).toEqual([
      'c-1',
      'c-2',
    ]);
    expect(await get('views/relationship-360/documents?sales=many')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
    expect(await get('views/relationship-360/documents?asOf=2026-01-01')).toMatchObject({
      status: 400,
      body: { code: 'FIELD_NOT_INDEXED' },
    });
  });

  it('builds a view again in the background, to the same digest', async () => {
    const before = (await get('views/hash')).body;
    expect(before).toMatchObject({
      all: expect.stringMatching(/^[0-9a-f]{64}$/),
      position: expect.any(String),
    });
    const started = await post(`${rapport.url}/v1/views/signals/rebuild`, '', 'application/json');
    expect(started).toMatchObject({ status: 202, body: { view: 'signals', state: 'running' } });
    let job: unknown;
    do job = (await get('views/signals')).body['rebuild'];
    while (at(job, 'state') === 'running');
    expect(job).toMatchObject({ view: 'signals', state: 'done', finishedAt: expect.any(String) });
    expect((await get('views/hash')).body['all']).toBe(before['all']);
    expect(await ask(`${rapport.url}/v1/views/none/rebuild`, { method: 'POST' })).toMatchObject({
      status: 404,
      body: { code: 'VIEW_NOT_FOUND' },
    });
  });

  it('lists parked keys, and tries them again', async () => {
    expect((await get('views/timeline/parked')).body).toEqual({ items: [] });
    expect(await ask(`${rapport.url}/v1/views/timeline/retry`, { method: 'POST' })).toMatchObject({
      status: 200,
      body: { items: [] },
    });
  });

  it('lists analyses and refuses what they do not take', async () => {
    const { body } = await get('analyses');
    const [first] = names(body);
    expect(first).toBeDefined();
    expect(await get(`analyses/${String(first)}?colour=red`)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
    expect(await get('analyses/none')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('lists kinds, and gives each with its schema and an example that can be recorded', async () => {
    const { body } = await get('kinds');
    const types = names(body, 'type').map(String);
    expect(types).toContain('rapport.sale.SaleCompleted.v1');
    for (const type of types) {
      const kind = await get(`kinds/${type}`);
      expect([type, kind.status, kind.body['type']]).toEqual([type, 200, type]);
      const checked = await post(`${rapport.url}/v1/events?validate=true`, {
        ...(kind.body['example'] as object),
        time: '2026-01-31T12:00:00Z',
      });
      expect([type, checked.body]).toEqual([type, { status: 'valid' }]);
    }
    const schema = await get(`kinds/${types[0]}`, { Accept: 'application/schema+json' });
    expect([schema.headers.get('content-type'), schema.body['type']]).toEqual([
      expect.stringMatching(/^application\/schema\+json/),
      'object',
    ]);
    expect(await get('kinds/rapport.none.Such.v1')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
  });
});
