import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { send, type Connection } from './http.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

async function connectionTo(answer: RequestListener, more: Partial<Connection> = {}): Promise<Connection> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tenant: 'acme',
    headers: {},
    timeoutMs: 5_000,
    giveUpAfterMs: 5_000,
    ...more,
  };
}

describe('a request', () => {
  it('names its tenant and gives the answer', async () => {
    const connection = await connectionTo((request, response) =>
      response.end(JSON.stringify({ tenant: request.headers['rapport-tenant'], url: request.url })),
    );
    expect(
      await send(connection, { method: 'GET', path: '/v1/x', query: { a: '1 2', b: undefined } }),
    ).toEqual({ tenant: 'acme', url: '/v1/x?a=1+2' });
  });

  it('is sent again while the server is overloaded or stopping', async () => {
    let asked = 0;
    const connection = await connectionTo((_request, response) => {
      asked++;
      if (asked < 3) response.writeHead(asked === 1 ? 503 : 429, { 'retry-after': '0' }).end('busy');
      else response.end('{"ok":true}');
    });
    expect(await send(connection, { method: 'GET', path: '/' })).toEqual({ ok: true });
    expect(asked).toBe(3);
  });

  it('that was refused throws the code, place and facts of the problem, at once', async () => {
    let asked = 0;
    const connection = await connectionTo((_request, response) => {
      asked++;
      response.writeHead(400, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({
          status: 400,
          title: 't',
          detail: 'The query is wrong.',
          code: 'INVALID_QUERY',
          pointer: '/limit',
          instance: 'urn:x',
          parameters: 'limit',
        }),
      );
    });
    await expect(send(connection, { method: 'GET', path: '/' })).rejects.toMatchObject({
      name: 'RapportError',
      code: 'INVALID_QUERY',
      message: 'The query is wrong.',
      pointer: '/limit',
      facts: { parameters: 'limit', status: 400 },
    });
    expect(asked).toBe(1);
  });

  it('to nobody fails with what to do, after it was tried for as long as asked', async () => {
    const connection = await connectionTo((_request, response) => response.end(), { giveUpAfterMs: 300 });
    for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed));
    const startedMs = performance.now();
    await expect(send(connection, { method: 'GET', path: '/' })).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringContaining('rapport serve'),
    });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('that is never answered ends after its time', async () => {
    const connection = await connectionTo(() => undefined, { timeoutMs: 100, giveUpAfterMs: 0 });
    await expect(send(connection, { method: 'GET', path: '/' })).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    });
  });
});
