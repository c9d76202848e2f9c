import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rapportClient } from '@rapport/client';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, at, listAt, membersAt, post, type Answered } from './talk.js';
import { inquiry, sale } from './touchpoints.js';

const TEXT = 'Where is my parcel? I am at home.';
const asked = { by: 's-7', basis: 'request of the party', requestedOn: '2026-03-30' };

describe('what is held about a person', () => {
  let rapport: StartedRapport;
  const erase = (party: string, body: unknown): Promise<Answered> =>
    post(`${rapport.url}/v1/parties/${party}/erasure`, body, 'application/json');
  const personalData = (party: string) => ask(`${rapport.url}/v1/parties/${party}/personal-data`);
  beforeAll(async () => {
    rapport = await startRapport();
    for (const event of [inquiry('i-1'), sale('s-1'), inquiry('i-2', 'c-2')])
      expect((await post(`${rapport.url}/v1/events`, event)).status).toBe(201);
  });
  afterAll(() => rapport.close());

  it('is given whole, readable, with positions', async () => {
    const { status, headers, body } = await personalData('c-1');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toMatchObject({ party: 'c-1', persons: ['c-1'], count: 2 });
    expect(listAt(body, 'events')).toMatchObject([
      { id: 'i-1', position: expect.stringMatching(/^\d+$/), personal: { '/text': TEXT } },
      { id: 's-1' },
    ]);
    expect(at(body, 'events', 0, 'sealed')).toBeUndefined();
  });

  it('of nobody is a problem, also to erase', async () => {
    for (const answer of [await personalData('nobody'), await erase('nobody', asked)])
      expect(answer).toMatchObject({ status: 404, body: { code: 'PARTY_NOT_FOUND' } });
  });

  it.each([
    ['no body', ''],
    ['no object', '[]'],
    ['no basis', { by: 's-7' }],
    ['an empty basis', { by: 's-7', basis: ' ' }],
    ['a member that is not known', { ...asked, force: true }],
    ['a day that is none', { ...asked, requestedOn: 'soon' }],
    ['a dry run that is neither true nor false', { ...asked, dryRun: 'yes' }],
  ])('is not erased by a request with %s', async (_what, body) => {
    const { status, body: problem } = await erase('c-1', body);
    expect([status, String(problem['code'])]).toEqual([
      400,
      expect.stringMatching(/^INVALID_(REQUEST|JSON)$/),
    ]);
    expect((await personalData('c-1')).text).toContain(TEXT);
  });

  it('is erased after a dry run said what would be, once, and shown as erased from then on', async () => {
    const dry = await erase('c-1', { ...asked, dryRun: true });
    expect(dry.body).toEqual({ party: 'c-1', dryRun: true, persons: [{ person: 'c-1', parts: 1 }] });
    expect((await personalData('c-1')).text).toContain(TEXT);
    const client = rapportClient({ url: rapport.url, source: 'urn:spec' });
    const receipt = await client.erase('c-1', asked);
    expect(receipt.persons).toMatchObject([{ person: 'c-1', parts: 1, by: 's-7', basis: asked.basis }]);
    expect((await erase('c-1', asked)).body).toEqual(receipt);
    const told = await ask(`${rapport.url}/v1/events/${String(receipt.persons[0]?.position)}`);
    expect(told.body).toMatchObject({
      type: 'rapport.party.PersonalDataErased.v1',
      actorid: 's-7',
      data: { basis: asked.basis, requestedOn: asked.requestedOn, parts: 1 },
    });
    const stream = await ask(`${rapport.url}/v1/streams/relationship/c-1?personal=true`);
    expect(membersAt('erased', stream.body, 'items')).toEqual([['/text'], undefined, undefined]);
    expect((await personalData('c-1')).text).not.toContain(TEXT);
    expect((await personalData('c-2')).text).toContain(TEXT);
    const timeline = await ask(
      `${rapport.url}/v1/parties/c-1/timeline?waitFor=${String(client.lastPosition)}`,
    );
    expect(listAt(timeline.body, 'value', 'items')).toHaveLength(3);
    expect((await post(`${rapport.url}/v1/events`, inquiry('i-3'))).body).toMatchObject({
      code: 'PERSON_ERASED',
    });
  });

  it('is kept while a legal hold stands', async () => {
    const hold = {
      ...sale('h-1', 'c-2'),
      type: 'rapport.party.LegalHoldPlaced.v1',
      data: { reference: 'case 2026-17' },
    };
    expect((await post(`${rapport.url}/v1/events`, hold)).status).toBe(201);
    const refused = await erase('c-2', asked);
    expect(refused.body).toMatchObject({
      code: 'LEGAL_HOLD',
      detail: expect.stringContaining('case 2026-17'),
    });
    expect((await personalData('c-2')).text).toContain(TEXT);
  });
});
