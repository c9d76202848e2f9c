import { mkdir, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { openRapport, renewLogKey, startWorker } from '@rapport/profiles';
import { failure, saleOf } from '@rapport/testing';
import { freshProduction, serversForTests } from './fresh-production.js';

const WAIT_MS = 60_000;
jest.setTimeout(2 * WAIT_MS);

const servers = await serversForTests();

async function recordedIn(ledger: Ledger, id: string): Promise<bigint> {
  const sale = { specversion: '1.0', ...saleOf('c-1', '2026-01-01T00:00:00.000Z', 100, { id }) };
  const [outcome] = await ledger.record([sale as unknown as Json]);
  if (outcome?.status !== 'recorded') throw new Error(`the sale was ${outcome?.status}`);
  return outcome.position;
}

(servers === undefined ? describe.skip : describe)('the log of a production installation', () => {
  const disposals: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const dispose of disposals.splice(0).toReversed()) await dispose();
  });

  /** A ledger as a process sees it that neither seals nor signs. */
  async function opened() {
    const production = await freshProduction();
    disposals.push(() => production.drop());
    const { configuration } = production;
    const rapport = await openRapport(configuration, 'serve');
    disposals.push(() => rapport.close());
    const ledger = await rapport.ledger('main');
    return { configuration, ledger };
  }

  it('is told as not signed by every process, while the worker does not find its key', async () => {
    const { configuration, ledger } = await opened();
    const recorded = (id: string): Promise<bigint> => recordedIn(ledger, id);

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

  it('begins under a new key once no worker is at it, and every process takes that up', async () => {
    const { configuration, ledger } = await opened();
    const first = await startWorker(configuration);
    const position = await recordedIn(ledger, 's-1');
    await ledger.log.published(position, WAIT_MS);
    const oldKey = ledger.log.verifierKey;
    await failure(renewLogKey(configuration, 'main', Date.now()), 'LEDGER_IN_USE');
    expect((await ledger.log.receipt(position)).position).toBe(position);
    await first.close();

    const { verifierKey } = await renewLogKey(configuration, 'main', Date.now());
    expect(verifierKey).not.toBe(oldKey);
    expect(await ledger.log.receipt(position)).toMatchObject({ position });
    expect(ledger.log.verifierKey).toBe(verifierKey);

    const second = await startWorker(configuration);
    disposals.push(() => second.close());
    await ledger.log.published(await recordedIn(ledger, 's-2'), WAIT_MS);
    expect(await ledger.log.refusal()).toBeUndefined();
  });
});
