import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { rapportClient, type EventInput } from '@rapport/client';
import { serveCommand, type ServedCommand } from '../cli/rapport-command.js';

jest.setTimeout(120_000);

let dataDir = '';
let served: ServedCommand | undefined;
beforeEach(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'rapport-killed-'))));
afterEach(async () => {
  await served?.kill();
  await rm(dataDir, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const COUNT = 6_000;

const sale = (index: number): EventInput => ({
  id: `s-${index}`,
  type: 'rapport.sale.SaleCompleted.v1',
  subject: `relationship/c-${index % 50}`,
  time: '2026-01-31T12:00:00.000Z',
  data: { lines: [{ sku: 'tea', quantity: 1, unitPrice: { amountMinor: index, currency: 'EUR' } }] },
});

it('loses and doubles nothing when the server is killed again and again while a recorder sends', async () => {
  const port = await freePort();
  served = await serveCommand(dataDir, port);
  const client = rapportClient({ url: `http://127.0.0.1:${port}`, source: 'urn:spec:shop' });
  const recorder = client.recorder({ batchMax: 100, bufferMax: 500 });
  const recording = (async () => {
    for (let index = 0; index < COUNT; index++) await recorder.record(sale(index));
    return recorder.close();
  })();
  for (const share of [0.2, 0.4, 0.6]) {
    while (recorder.counts.recorded + recorder.counts.duplicate < COUNT * share)
      await new Promise((wake) => setTimeout(wake, 2));
    await served.kill();
    served = await serveCommand(dataDir, port);
  }
  const counts = await recording;
  expect(counts).toMatchObject({ rejected: 0, waiting: 0 });
  expect(counts.recorded + counts.duplicate).toBe(COUNT);
  const ids: string[] = [];
  for await (const { id, source } of client.feed()) if (source === 'urn:spec:shop') ids.push(id);
  expect(ids).toHaveLength(COUNT);
  expect(new Set(ids).size).toBe(COUNT);
});
