import { mkdir, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import { openRapport, startWorker } from '@rapport/profiles';
import { failure, saleOf } from '@rapport/testing';
import { freshProduction, serversForTests } from './fresh-production.js';

const WAIT_MS = 60_000;
jest.setTimeout(2 * WAIT_MS);

const servers = await serversForTests();

(servers === undefined ? describe.skip : describe)('a log whose worker does not find its key', () => {
  const disposals: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const dispose of disposals.splice(0).toReversed()) await dispose();
  });

  it('is told as not signed by every process that is asked, until the key is back', async () => {
    const production = await freshProduction();
    disposals.push(() => production.drop());
    const { configuration } = production;
    const rapport = await openRapport(configuration, 'serve');
    disposals.push(() => rapport.close());
    const ledger = await rapport.ledger('main');
    const recorded = async (id: string): Promise<bigint> => {
      const sale = { specversion: '1.0', ...saleOf('c-1', '2026-01-01T00:00:00.000Z', 100, { id }) };
      const [outcome] = await ledger.record([sale as unknown as Json]);
      if (outcome?.status !== 'recorded') throw new Error(`the sale was ${outcome?.status}`);
      return outcome.position;
    };

    const first = await startWorker(configuration);
    const signed = await recorded('s-1');
    await ledger.log.published(signed, WAIT_MS);
    await first.close();

    const { keysDir } = configuration;
    await rename(keysDir, `${keysDir}-away`);
    await mkdir(keysDir);
    const second = await startWorker(configuration);
    disposals.push(() => second.close());
    const unsigned = await recorded('s-2');
    const { message } = await failure(ledger.log.published(unsigned, WAIT_MS), 'LOG_NOT_SIGNED');
    expect(message).toContain('put back the folder');
    expect(await ledger.log.receipt(signed)).toMatchObject({ position: signed }); // what was signed before stands
    await second.close();

    await rename(keysDir, `${keysDir}-empty`);
    await rename(`${keysDir}-away`, keysDir);
    const third = await startWorker(configuration);
    disposals.push(() => third.close());
    while ((await ledger.log.refusal()) !== undefined) await sleep(50);
    expect(await ledger.log.receipt(unsigned, WAIT_MS)).toMatchObject({ position: unsigned });
  });
});
