import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { LogLine } from '@rapport/api';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, ingest, post } from './talk.js';
import { inquiry, sale } from './touchpoints.js';

/** Asks with headers that `fetch` would not let through. */
const askRaw = (
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sending = request(url, { method, headers }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (part: string) => (text += part))
        .on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sending.on('error', reject).end();
  });

/** What a server answers to bytes that need not be HTTP. */
const sendBytes = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port, hostname } = new URL(url);
    let text = '';
    connect(Number(port), hostname)
      .setEncoding('utf8')
      .on('data', (part: string) => (text += part))
      .on('close', () => resolve(text))
      .on('error', reject)
      .end(bytes);
  });

describe('the server', () => {
  let rapport: StartedRapport;
  const lines: LogLine[] = [];
  beforeAll(async () => {
    rapport = await startRapport({ log: (line) => lines.push(line) });
    await post(`${rapport.url}/v1/events`, inquiry('h-1', 'secret-party'));
  });
  afterAll(() => rapport.close());

  it('answers only to names of this machine', async () => {
    const { port } = new URL(rapport.url);
    expect(await askRaw(`${rapport.url}/healthz`, { Host: `localhost:${port}` })).toMatchObject({
      status: 200,
    });
    for (const path of ['/healthz', '/', '/docs', '/v1/events', '/nowhere']) {
      const { status, text } = await askRaw(rapport.url + path, { Host: 'rebound.example' });
      expect([path, status, (JSON.parse(text) as { code: string }).code]).toEqual([
        path,
        403,
        'HOST_NOT_ALLOWED',
      ]);
    }
    await expect(startRapport({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });

  it('lets no page of another site set anything off', async () => {
    const rebuild = `${rapport.url}/v1/views/signals/retry`;
    expect(await askRaw(rebuild, { Origin: 'https://elsewhere.example' }, 'POST')).toMatchObject({
      status: 403,
    });
    expect(await askRaw(rebuild, { Origin: 'null' }, 'POST')).toMatchObject({ status: 403 });
    expect(await askRaw(rebuild, { Origin: rapport.url }, 'POST')).toMatchObject({ status: 200 });
    const { headers } = await ask(`${rapport.url}/v1/views`, {
      headers: { Origin: 'https://elsewhere.example' },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('protects its answers', async () => {
    for (const path of ['/healthz', '/nowhere', '/v1/kinds']) {
      const { headers } = await ask(rapport.url + path);
      expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual([
        'nosniff',
        'no-store',
      ]);
    }
    const { headers, text } = await ask(rapport.url);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(text).not.toMatch(/https?:\/\//);
    expect((await ask(`${rapport.url}/docs`)).text).not.toMatch(/https?:\/\//);
    for (const asset of ['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js']) {
      expect((await ask(`${rapport.url}/docs/${asset}`)).status).toBe(200);
    }
  });

  it('answers what is no HTTP with a problem', async () => {
    expect(await sendBytes(rapport.url, 'hello there\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*INVALID_REQUEST/,
    );
    expect(
      await sendBytes(rapport.url, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 400 [^]*INVALID_REQUEST/);
  });

  it('takes no encoded bodies, and encodes long answers for those who ask', async () => {
    expect(
      await post(`${rapport.url}/v1/events`, sale('z'), 'application/json', { 'Content-Encoding': 'gzip' }),
    ).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    expect((await ask(`${rapport.url}/v1/kinds`)).headers.get('content-encoding')).toBe('gzip');
    expect(
      (await ask(`${rapport.url}/v1/kinds`, { headers: { 'Accept-Encoding': 'identity' } })).headers.get(
        'content-encoding',
      ),
    ).toBeNull();
    expect((await ask(`${rapport.url}/healthz`)).headers.get('content-encoding')).toBeNull();
  });

  it('says that it lives, is ready, and what it counts', async () => {
    expect((await ask(`${rapport.url}/healthz`)).body).toEqual({ alive: true });
    expect((await ask(`${rapport.url}/readyz`)).body).toMatchObject({
      ready: true,
      tenantsInUse: 1,
      views: expect.any(Array),
    });
    await post(`${rapport.url}/v1/events`, {});
    await ingest(rapport.url, [sale('m-1'), sale('m-1'), '{'], '?answers=rejected');
    const { text, headers } = await ask(`${rapport.url}/metrics`);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toContain('rapport_touchpoints_total{outcome="recorded"} 2');
    expect(text).toContain('rapport_touchpoints_total{outcome="duplicate"} 1');
    expect(text).toContain('rapport_touchpoints_total{outcome="rejected"} 2');
    expect(text).toMatch(
      /rapport_http_request_seconds_count\{method="POST",route="\/v1\/events\/ingest",status="200"\} 1/,
    );
    expect(text).toMatch(/rapport_view_lag_events\{view="timeline"\} \d/);
    expect(text).toMatch(/rapport_event_loop_delay_seconds\{quantile="0.99"\} \d/);
    expect(text).toMatch(/process_resident_memory_bytes \d{7}/);
    expect(text).not.toMatch(/main|secret-party/);
  });

  it('logs patterns of routes, and nothing about anybody', async () => {
    await ask(`${rapport.url}/v1/parties/secret-party?asOf=nonsense`);
    await ask(`${rapport.url}/v1/secret-path`);
    const requests = lines.filter(({ event }) => event === 'request');
    expect(requests).toContainEqual({
      level: 'info',
      event: 'request',
      requestId: expect.any(String),
      method: 'GET',
      route: '/v1/parties/:id',
      status: 400,
      durationMs: expect.any(Number),
    });
    expect(requests).toContainEqual(expect.objectContaining({ route: 'unmatched', status: 404 }));
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('answers HEAD like GET, without a body', async () => {
    const { status, headers, text } = await ask(`${rapport.url}/v1/kinds`, { method: 'HEAD' });
    expect([status, headers.get('content-type'), text]).toEqual([200, 'application/json; charset=utf-8', '']);
  });
});

describe('a body that does not arrive', () => {
  it('is given up, and costs the others nothing', async () => {
    const rapport = await startRapport({ limits: { bodyTimeoutMs: 200 } });
    const { port, hostname } = new URL(rapport.url);
    const hanging = request({
      port,
      hostname,
      method: 'POST',
      path: '/v1/events',
      headers: { 'Content-Type': 'application/json', 'Content-Length': '100' },
    });
    const gone = new Promise((resolve) => hanging.on('error', resolve));
    hanging.write('{');
    await gone;
    expect((await post(`${rapport.url}/v1/events`, sale('quick'))).status).toBe(201);
    await rapport.close();
  });
});

describe('stopping', () => {
  it('finishes what is under way, takes nothing new, and keeps what it acknowledged', async () => {
    const rapport = await startRapport();
    const { port, hostname } = new URL(rapport.url);
    const sending = request({
      port,
      hostname,
      method: 'POST',
      path: '/v1/events/ingest',
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
    let text = '';
    const ended = new Promise<void>((resolve) => {
      sending
        .on('error', () => undefined)
        .on('response', (response) => {
          response
            .setEncoding('utf8')
            .on('data', (part: string) => (text += part))
            .on('end', resolve);
        });
    });
    sending.write(`${JSON.stringify(sale('stop-1'))}\n`);
    while (!text.includes('recorded')) await new Promise((resolve) => setTimeout(resolve, 5));
    const url = rapport.url;
    const closing = rapport.restart();
    sending.write(`${JSON.stringify(sale('stop-2'))}\n`);
    await ended;
    expect(text.trim().split('\n').at(-1)).toMatch(/"summary":true,"complete":false.*"code":"SHUTTING_DOWN"/);
    await closing;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    expect((await post(`${rapport.url}/v1/events`, sale('stop-1'))).body).toMatchObject({
      status: 'duplicate',
    });
    await rapport.close();
  });

  it('does not wait for ever', async () => {
    const rapport = await startRapport({ limits: { stopTimeoutMs: 300 } });
    const { port, hostname } = new URL(rapport.url);
    const hanging = request({
      port,
      hostname,
      method: 'POST',
      path: '/v1/events',
      headers: { 'Content-Type': 'application/json', 'Content-Length': '100' },
    });
    hanging.on('error', () => undefined).write('{');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = Date.now();
    await rapport.close();
    expect(Date.now() - began).toBeLessThan(5_000);
    hanging.destroy();
  });
});
