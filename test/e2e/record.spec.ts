import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, at, listAt, post } from './talk.js';
import { inquiry, sale } from './touchpoints.js';

describe('POST /v1/events', () => {
  let rapport: StartedRapport;
  let events: string;
  beforeAll(async () => {
    rapport = await startRapport({ limits: { bodyBytesMax: 200_000, batchEventsMax: 100 } });
    events = `${rapport.url}/v1/events`;
  });
  afterAll(() => rapport.close());

  it('records a structured event and says where it stands', async () => {
    const { status, headers, body } = await post(events, sale('structured'));
    expect(status).toBe(201);
    expect(body).toEqual({
      status: 'recorded',
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      id: 'structured',
      source: 'https://shop.example',
      subject: 'relationship/c-1',
      position: expect.stringMatching(/^[1-9][0-9]*$/),
      revision: expect.any(Number),
    });
    expect(headers.get('rapport-position')).toBe(body['position']);
    const found = await ask(rapport.url + String(headers.get('location')));
    expect(found.body).toMatchObject({ id: 'structured', position: body['position'] });
  });

  it('answers a repeat with the first outcome, also after a restart', async () => {
    const first = await post(events, sale('again'));
    await post(events, sale('between'));
    const second = await post(events, sale('again'), 'application/json; charset=utf-8');
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ ...first.body, status: 'duplicate' });
    await rapport.restart();
    events = `${rapport.url}/v1/events`;
    expect((await post(events, sale('again'))).body).toEqual(second.body);
  });

  it('refuses the same id with other content', async () => {
    await post(events, sale('taken'));
    const { status, headers, body } = await post(events, sale('taken', 'c-1', { channel: 'mobile' }));
    expect(status).toBe(409);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      type: 'urn:rapport:error:EVENT_ID_REUSED',
      code: 'EVENT_ID_REUSED',
      status: 409,
      pointer: '/id',
    });
  });

  it('takes binary mode, attributes percent-encoded as UTF-8', async () => {
    const { data, specversion: _specversion, ...attributes } = sale('b ü 100%', 'c-9');
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))]),
    );
    const { status, body } = await post(events, data, 'application/json', {
      ...headers,
      'ce-specversion': '1.0',
    });
    expect([status, body]).toMatchObject([201, { id: 'b ü 100%', subject: 'relationship/c-9' }]);
    const structured = await post(events, sale('b ü 100%', 'c-9'));
    expect(structured.body).toMatchObject({ status: 'duplicate', position: body['position'] });
  });

  it('takes a batch: every event has its outcome, and the counts add up', async () => {
    await post(events, sale('batch-known'));
    const batch = [
      sale('batch-1'),
      { ...sale('batch-2'), type: 'rapport.sale.SaleCompleted.v9' },
      sale('batch-known'),
      sale('batch-1'),
      sale('batch-3', 'c-1', { time: 'yesterday' }),
    ];
    const { status, headers, body } = await post(events, batch, 'application/cloudevents-batch+json');
    expect(status).toBe(200);
    expect(body).toMatchObject({ read: 5, recorded: 1, duplicate: 2, rejected: 2 });
    expect(body['outcomes']).toMatchObject([
      { index: 0, status: 'recorded', id: 'batch-1' },
      { index: 1, status: 'rejected', code: 'UNKNOWN_KIND', pointer: '/type' },
      { index: 2, status: 'duplicate' },
      { index: 3, status: 'duplicate', position: at(body, 'outcomes', 0, 'position') },
      { index: 4, status: 'rejected', code: 'INVALID_TIME' },
    ]);
    expect(headers.get('rapport-position')).toBe(at(body, 'outcomes', 0, 'position'));
  });

  it('takes what the CloudEvents SDK sends, in every mode', async () => {
    const event = (id: string): CloudEvent<object> => new CloudEvent({ ...sale(id), data: sale(id).data });
    const emit = (mode: Mode) => emitterFor(httpTransport(events), { mode });
    await emit(Mode.STRUCTURED)(event('sdk-structured'));
    await emit(Mode.BINARY)(event('sdk-binary'));
    for (const id of ['sdk-structured', 'sdk-binary']) {
      expect((await post(events, sale(id))).body).toMatchObject({ status: 'duplicate', id });
    }
    const batch = [event('sdk-batch-1'), event('sdk-batch-2')].map(
      (one) => JSON.parse(String(HTTP.structured(one).body)) as object,
    );
    expect((await post(events, batch, 'application/cloudevents-batch+json')).body).toMatchObject({
      recorded: 2,
    });
  });

  it('checks without recording when asked to validate', async () => {
    const before = listAt((await ask(`${events}?limit=1000`)).body, 'items').length;
    expect(await post(`${events}?validate=true`, sale('only-checked'))).toMatchObject({
      status: 200,
      body: { status: 'valid' },
    });
    expect(
      await post(`${events}?validate=true`, { ...sale('only-checked'), data: { lines: [] } }),
    ).toMatchObject({ status: 400, body: { code: 'INVALID_PAYLOAD' } });
    expect(
      (await post(`${events}?validate=true`, [sale('x'), {}], 'application/cloudevents-batch+json')).body,
    ).toMatchObject({ read: 2, valid: 1, rejected: 1 });
    expect(listAt((await ask(`${events}?limit=1000`)).body, 'items').length).toBe(before);
  });

  it('never shows a value of the payload in a problem', async () => {
    const { text } = await post(events, {
      ...inquiry('secret'),
      data: { topic: 7, text: 'my secret is 4711' },
    });
    expect(text).toContain('INVALID_PAYLOAD');
    expect(text).not.toContain('4711');
  });

  it.each([
    ['no JSON', '{"a":', 'application/json', 400, 'INVALID_JSON'],
    ['a key twice', '{"id":"1","id":"2"}', 'application/json', 400, 'DUPLICATE_JSON_KEY'],
    [
      'a number that a double cannot hold',
      '{"a":12345678901234567890}',
      'application/cloudevents+json',
      400,
      'NUMBER_NOT_EXACT',
    ],
    ['no object', '[]', 'application/json', 400, 'INVALID_ENVELOPE'],
    ['no batch', '{}', 'application/cloudevents-batch+json', 400, 'INVALID_ENVELOPE'],
    ['an empty batch', '[]', 'application/cloudevents-batch+json', 400, 'EMPTY_BATCH'],
    [
      'too large a batch',
      JSON.stringify(Array(101).fill({})),
      'application/cloudevents-batch+json',
      413,
      'BATCH_TOO_LARGE',
    ],
    [
      'too large a body',
      JSON.stringify({ a: 'x'.repeat(200_000) }),
      'application/json',
      413,
      'BODY_TOO_LARGE',
    ],
    ['another media type', 'a=1', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['text', '{}', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another charset', '{}', 'application/json; charset=latin1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['an empty body', '', 'application/json', 400, 'INVALID_JSON'],
    ['lines', '{}', 'application/x-ndjson', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses %s', async (_what, body, contentType, status, code) => {
    expect(await post(events, body, contentType)).toMatchObject({ status, body: { status, code } });
  });

  it('refuses bytes that are not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(
      await ask(events, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }),
    ).toMatchObject({ status: 400, body: { code: 'INVALID_TEXT' } });
  });

  it('refuses parameters it does not know, and tenants it cannot make', async () => {
    expect(await post(`${events}?dryRun=true`, sale('q'))).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY', parameters: 'dryRun' },
    });
    expect(await post(`${events}?tenant=..%2Fetc`, sale('q'))).toMatchObject({
      status: 400,
      body: { code: 'INVALID_TENANT' },
    });
    expect(
      await post(`${events}?tenant=a`, sale('q'), 'application/json', { 'Rapport-Tenant': 'b' }),
    ).toMatchObject({ status: 400, body: { code: 'INVALID_TENANT' } });
  });

  it('keeps tenants apart', async () => {
    const first = await post(`${events}?tenant=acme`, sale('apart'));
    expect(first).toMatchObject({ status: 201, body: { status: 'recorded' } });
    expect(
      (await post(events, sale('apart'), 'application/json', { 'Rapport-Tenant': 'beta' })).body,
    ).toMatchObject({ status: 'recorded' });
    expect((await ask(`${rapport.url}${String(first.headers.get('location'))}`)).body).toMatchObject({
      id: 'apart',
    });
    expect(await ask(`${events}?tenant=nobody`)).toMatchObject({
      status: 404,
      body: { code: 'TENANT_NOT_FOUND' },
    });
  });
});
