import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, at, linesOf, listAt, membersAt, post, type Body } from './talk.js';
import { inquiry, sale, type Emitted } from './touchpoints.js';

describe('replays and reports for auditors', () => {
  let rapport: StartedRapport;
  const positions = new Map<string, string>();
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask(`${rapport.url}/v1/${path}`, { headers });
  const found = async (path: string): Promise<Body> => {
    const { status, body } = await get(path);
    expect([path, status, body['code']]).toEqual([path, 200, undefined]);
    return body;
  };
  const record = async (event: Emitted): Promise<void> => {
    const { body } = await post(`${rapport.url}/v1/events`, event);
    expect(body['status']).toBe('recorded');
    positions.set(event.id, String(body['position']));
  };
  /** The size of the tree whose last leaf is that of an event. */
  const treeSizeAt = async (id: string): Promise<number> => {
    const { leafIndex } = await found(`events/${positions.get(id)}/receipt?waitTimeoutMs=30000`);
    return Number(leafIndex) + 1;
  };
  const settled = async (id: string): Promise<unknown> =>
    get(`views?waitFor=${positions.get(id)}&waitTimeoutMs=30000`);
  beforeAll(async () => {
    rapport = await startRapport();
    await record(sale('s-1', 'anna', { time: '2026-01-10T10:00:00Z' }));
    await record(sale('s-2', 'ben', { time: '2026-01-11T10:00:00Z' }));
    await record(
      inquiry('q-1', 'anna', { time: '2026-01-05T10:00:00Z', actorkind: 'staff', actorid: 's-7' }),
    );
    await record({
      ...sale('fix', 'anna', { time: '2026-03-02T10:00:00Z', correctsid: 's-1' }),
      type: 'rapport.governance.TouchpointVoided.v1',
      data: { reason: 'entered twice' },
    });
    await settled('fix');
  });
  afterAll(() => rapport.close());

  it('replays a view at bounds: a page, one key, or line by line', async () => {
    const then = `knownAt=${positions.get('q-1')}`;
    const page = await found(`views/timeline/replay?${then}&limit=2`);
    expect([page['position'], membersAt('id', page, 'value', 'items')]).toEqual([
      positions.get('q-1'),
      ['q-1', 's-1'],
    ]);
    const next = encodeURIComponent(String(at(page, 'value', 'next')));
    expect(
      membersAt('id', await found(`views/timeline/replay?limit=2&after=${next}`), 'value', 'items'),
    ).toEqual(['s-2']);
    expect(membersAt('id', await found('views/timeline/replay?key=anna'), 'value', 'items')).toEqual(['q-1']);
    const { headers, text } = await get(`views/timeline/replay?${then}`, { Accept: 'application/x-ndjson' });
    expect([headers.get('rapport-position'), linesOf(text).map(({ id }) => id)]).toEqual([
      positions.get('q-1'),
      ['q-1', 's-1', 's-2'],
    ]);
    for (const [path, code] of [
      ['views/none/replay', 'VIEW_NOT_FOUND'],
      ['views/timeline/replay?after=forged', 'INVALID_CURSOR'],
      [`views/signals/replay?after=${next}`, 'INVALID_CURSOR'],
      ['views/timeline/replay?treeSize=9999', 'INVALID_QUERY'],
      ['views/timeline/replay?treeSize=1&knownAt=1', 'INVALID_QUERY'],
      ['views/timeline/replay?colour=red', 'INVALID_QUERY'],
    ] as const)
      expect([path, (await get(path)).body['code']]).toEqual([path, code]);
    expect(await get('views/timeline/replay?limit=2', { Accept: 'application/x-ndjson' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
  });

  it('hashes a replay: the digest of the live view at its position, another before', async () => {
    const live = listAt(await found('views/hash'), 'views');
    for (const view of live) {
      const now = await found(`views/${String(view['view'])}/replay/hash`);
      expect(now['value']).toEqual(view);
    }
    const then = await found(`views/timeline/replay/hash?treeSize=${await treeSizeAt('q-1')}`);
    expect(at(then, 'value', 'sha256')).not.toBe(live[0]?.['sha256']);
    expect(at(then, 'value', 'documents')).toBe(3);
  });

  it('takes a tree size wherever it takes knownAt', async () => {
    const treeSize = await treeSizeAt('q-1');
    for (const path of [
      'parties/anna?',
      'parties/anna/timeline?',
      'views/timeline/entries/anna?',
      'analyses/rfm?',
    ]) {
      const byPosition = await found(`${path}knownAt=${positions.get('q-1')}`);
      expect((await found(`${path}treeSize=${treeSize}`))['value']).toEqual(byPosition['value']);
    }
    expect(
      membersAt(
        'change',
        await found(`parties/anna/timeline/diff?firstTreeSize=${treeSize}`),
        'value',
        'changes',
      ),
    ).toEqual(['voided']);
  });

  it('compares two bounds, document by document', async () => {
    const first = `firstKnownAt=${positions.get('q-1')}`;
    const diff = await found(`views/timeline/replay/diff?${first}`);
    expect(listAt(diff, 'value', 'items')).toMatchObject([{ key: 'anna', id: 's-1', change: 'removed' }]);
    expect(at(diff, 'second', 'position')).toBe(positions.get('fix'));
    const documents = await found(`views/relationship-360/replay/diff?${first}&key=anna`);
    expect(listAt(documents, 'value', 'items', 0, 'members')).toContainEqual({
      pointer: '/sales',
      before: 1,
      after: 0,
    });
    const { text } = await get(`views/timeline/replay/diff?${first}`, { Accept: 'application/x-ndjson' });
    expect(linesOf(text)).toEqual(listAt(diff, 'value', 'items'));
  });

  it('reports a party as JSON page by page, and as Markdown to read', async () => {
    const report = await found('parties/anna/report?limit=2');
    expect(membersAt('id', report, 'value', 'events')).toEqual(['s-1', 'q-1']);
    const next = encodeURIComponent(String(at(report, 'value', 'next')));
    const rest = await found(`parties/anna/report?limit=2&after=${next}`);
    expect(membersAt('id', rest, 'value', 'events')).toEqual(['fix']);
    expect(listAt(rest, 'value', 'corrections')).toMatchObject([{ effect: 'void', reason: 'entered twice' }]);
    const { headers, text } = await get('parties/anna/report', { Accept: 'text/markdown' });
    expect(headers.get('content-type')).toContain('text/markdown');
    expect(text).toContain('# Report on anna');
    expect(text).toContain('entered twice');
    const narrow = await found('parties/anna/report?from=2026-01-05&to=2026-01-05');
    expect(membersAt('id', narrow, 'value', 'events')).toEqual(['q-1']);
    for (const [path, code] of [
      ['parties/nobody/report', 'PARTY_NOT_FOUND'],
      ['parties/anna/report?from=2026-02-01&to=2026-01-01', 'INVALID_QUERY'],
      ['parties/anna/report?after=forged', 'INVALID_CURSOR'],
    ] as const)
      expect([path, (await get(path)).body['code']]).toEqual([path, code]);
  });

  it('records who looks when a purpose is given, and nothing otherwise', async () => {
    const count = async (): Promise<number> =>
      listAt(await found('events?types=rapport.governance.AuditorViewed.v1'), 'items').length;
    const before = await count();
    const numbers = await found('parties/ben');
    await found('parties/ben/report');
    await found('views/timeline/replay');
    expect(await count()).toBe(before);
    const looked = 'purpose=yearly%20review&actor=auditor-1';
    const paths = [
      `parties/ben/report?${looked}`,
      `views/timeline/replay?key=ben&${looked}`,
      `views/signals/replay/hash?${looked}`,
      `views/signals/replay/diff?firstTreeSize=1&${looked}`,
    ];
    for (const path of paths) await found(path);
    const viewings = listAt(await found('events?types=rapport.governance.AuditorViewed.v1'), 'items');
    expect(viewings.length).toBe(before + paths.length);
    const last = String(viewings.at(-1)?.['position']);
    await get(`views?waitFor=${last}&waitTimeoutMs=30000`);
    const report = await found('parties/ben/report');
    expect(listAt(report, 'value', 'viewings')).toMatchObject([
      {
        actorid: 'auditor-1',
        purpose: 'yearly review',
        headline: expect.stringContaining('report at position'),
      },
      { headline: expect.stringContaining('replay of timeline') },
    ]);
    // Looking does not count as contact.
    const after = await found('parties/ben');
    expect(at(after, 'value', 'touchpoints')).toBe(at(numbers, 'value', 'touchpoints'));
    expect(await get('parties/ben/report?purpose=x')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
    expect(await get(`parties/ben/report?${looked}`, { 'Sec-Fetch-Site': 'cross-site' })).toMatchObject({
      status: 403,
      body: { code: 'HOST_NOT_ALLOWED' },
    });
  });
});
