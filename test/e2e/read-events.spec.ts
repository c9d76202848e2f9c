import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, endOf, linesOf, membersAt, post, type Body } from './talk.js';
import { inquiry, sale } from './touchpoints.js';

describe('reading events back', () => {
  let rapport: StartedRapport;
  let start: string;
  let positions: string[];
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask(`${rapport.url}${path}`, { headers });
  const ids = (body: Body): unknown[] => membersAt('id', body, 'items');
  beforeAll(async () => {
    rapport = await startRapport();
    start = await endOf(rapport.url);
    positions = [];
    // One by one: within a batch only events of the same stream keep their order.
    for (const event of [sale('e-1'), inquiry('e-2'), sale('e-3', 'c-2'), sale('e-4'), sale('e-5')]) {
      positions.push(String((await post(`${rapport.url}/v1/events`, event)).body['position']));
    }
  });
  afterAll(() => rapport.close());

  it('gives the feed page by page, in ledger order', async () => {
    const first = await get(`/v1/events?limit=2&after=${start}`);
    expect(ids(first.body)).toEqual(['e-1', 'e-2']);
    expect(first.body).toMatchObject({ next: positions[1], isLast: false });
    expect(first.headers.get('rapport-position')).toBe(positions[1]);
    const second = await get(`/v1/events?limit=4&after=${String(first.body['next'])}`);
    expect(ids(second.body)).toEqual(['e-3', 'e-4', 'e-5']);
    expect(second.body).toMatchObject({ next: positions[4], isLast: true });
    const beyond = await get(`/v1/events?after=${positions[4]}`);
    expect(beyond.body).toEqual({ items: [], next: positions[4], isLast: true });
  });

  it('narrows the feed to kinds', async () => {
    expect(ids((await get('/v1/events?types=rapport.inquiry.InquiryReceived.v1')).body)).toEqual(['e-2']);
    expect(await get('/v1/events?types=rapport.none.Such.v1')).toMatchObject({
      status: 400,
      body: { code: 'UNKNOWN_KIND' },
    });
  });

  it('streams the feed as lines', async () => {
    const all = await get(`/v1/events?after=${start}`, { Accept: 'application/x-ndjson' });
    expect(all.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    expect(linesOf(all.text).map((event) => event['id'])).toEqual(['e-1', 'e-2', 'e-3', 'e-4', 'e-5']);
    const some = await get(`/v1/events?after=${positions[0]}&limit=2`, { Accept: 'application/x-ndjson' });
    expect(linesOf(some.text).map((event) => event['id'])).toEqual(['e-2', 'e-3']);
  });

  it('shows personal values only when asked', async () => {
    const without = await get(`/v1/events/${positions[1]}`);
    expect(without.headers.get('rapport-position')).toBe(positions[1]);
    expect(without.body).toMatchObject({ id: 'e-2', data: { topic: 'delivery' }, withheld: ['/text'] });
    expect(without.text).not.toContain('parcel');
    const withThem = await get(`/v1/events/${positions[1]}?personal=true`);
    expect(withThem.body).toMatchObject({ personal: { '/text': 'Where is my parcel? I am at home.' } });
    expect((await get('/v1/events')).text).not.toContain('parcel');
    expect((await get('/v1/events?personal=true')).text).toContain('parcel');
  });

  it('finds an event by its identity', async () => {
    const query = new URLSearchParams({
      subject: 'relationship/c-2',
      source: 'https://shop.example',
      id: 'e-3',
    });
    expect((await get(`/v1/events/lookup?${query}`)).body).toMatchObject({
      position: positions[2],
      revision: 0,
    });
    query.set('id', 'e-4');
    expect(await get(`/v1/events/lookup?${query}`)).toMatchObject({
      status: 404,
      body: { code: 'EVENT_NOT_FOUND' },
    });
    expect(await get('/v1/events/lookup?id=e-3')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
  });

  it('reads a stream forwards and backwards', async () => {
    expect(ids((await get('/v1/streams/relationship/c-1')).body)).toEqual(['e-1', 'e-2', 'e-4', 'e-5']);
    expect(ids((await get('/v1/streams/relationship/c-1?from=1&limit=2')).body)).toEqual(['e-2', 'e-4']);
    expect(ids((await get('/v1/streams/relationship/c-1?direction=backwards&limit=2')).body)).toEqual([
      'e-5',
      'e-4',
    ]);
    expect(ids((await get('/v1/streams/relationship/c-1?direction=backwards&from=1')).body)).toEqual([
      'e-2',
      'e-1',
    ]);
    expect((await get('/v1/streams/relationship/nobody')).body).toEqual({ exists: false, items: [] });
  });

  it.each([
    ['/v1/events?limit=0', 400, 'INVALID_QUERY'],
    ['/v1/events?limit=1001', 400, 'INVALID_QUERY'],
    ['/v1/events?limit=1&limit=2', 400, 'INVALID_QUERY'],
    ['/v1/events?after=-1', 400, 'INVALID_QUERY'],
    ['/v1/events?after=99999999999999999999', 400, 'INVALID_QUERY'],
    ['/v1/events?colour=red', 400, 'INVALID_QUERY'],
    ['/v1/events/abc', 400, 'INVALID_QUERY'],
    ['/v1/events/9223372036854775808', 400, 'INVALID_QUERY'],
    ['/v1/events/9223372036854775807', 404, 'EVENT_NOT_FOUND'],
    ['/v1/events/0', 404, 'EVENT_NOT_FOUND'],
    ['/v1/streams/relationship/c-1?direction=sideways', 400, 'INVALID_QUERY'],
    ['/v1/nothing', 404, 'NOT_FOUND'],
    ['/v1/events/%ff', 400, 'INVALID_REQUEST'],
  ])('answers %s with %i %s', async (path, status, code) => {
    expect(await get(path)).toMatchObject({
      status,
      body: { status, code, type: `urn:rapport:error:${code}` },
    });
  });
});
