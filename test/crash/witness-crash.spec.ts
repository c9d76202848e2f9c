import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { formatWitnessRequest, noteVerifier, openCheckpoint } from '@rapport/proof';
import { startWitness, type StartedWitness } from '../cli/started-witness.js';
import { ExportedLog, leavesOf, LOG, ORIGIN } from '../proof/exported-log.js';

jest.setTimeout(180_000);

const ROUNDS = 8;
const SIZE = 4_000;
/** Longest time that a witness is left to work before it is killed. */
const KILL_MS_MAX = 120;

describe('a witness that is killed at any moment', () => {
  const log = new ExportedLog(leavesOf(SIZE));
  const fork = new ExportedLog(leavesOf(SIZE, { markFrom: 0 }));
  let folder = '';
  let running: StartedWitness | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapport-witness-crash-'));
    log.write(join(folder, 'log'), 1);
  });
  afterAll(async () => {
    await running?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const post = async (url: string, from: ExportedLog, oldSize: number, size: number): Promise<Response> =>
    fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: formatWitnessRequest({
        oldSize,
        proof: oldSize === 0 || oldSize >= size ? [] : from.growth(oldSize, size),
        checkpoint: from.checkpoint(size),
      }),
    });

  /** Offers ever larger heads until the witness is gone; gives the largest that it has countersigned. */
  async function offer(url: string, start: number): Promise<number> {
    let signed = start;
    try {
      while (signed < SIZE) {
        const answer = await post(url, log, signed, signed + 1);
        if (answer.status !== 200) throw new Error(`the witness answered ${answer.status}`);
        await answer.text();
        signed++;
      }
    } catch (error) {
      // What fetch throws when the connection breaks is of another realm than this spec.
      if ((error as Error).name !== 'TypeError') throw error;
    }
    return signed;
  }

  it('remembers every head that it has signed, and cosigns no other history', async () => {
    let signed = 1;
    let kills = 0;
    for (let round = 0; round < ROUNDS; round++) {
      running = await startWitness([
        join(folder, 'log'),
        ...['--log-key', LOG.verifierKey, '--key', join(folder, 'key'), '--name', 'example.org/w1'],
        ...['--state', join(folder, 'state'), '--interval', '86400'],
      ]);
      await running.hasSaid('countersigned'); // or why not: the log in the folder stays at its first entry
      // What it knows now: the size in its answer to a head that extends nothing.
      const known = Number(await (await post(running.url, fork, 0, 2)).text());
      // A head that was kept but whose answer was lost is one more than was heard of.
      expect([signed, signed + 1]).toContain(known);
      const rolledBack = await post(running.url, fork, known, known + 1);
      expect(rolledBack.status).toBe(422);
      const offering = offer(running.url, known);
      await sleep(30 + (round * KILL_MS_MAX) / ROUNDS);
      await running.kill();
      signed = await offering;
      if (signed > known) kills++;
      const state = join(folder, 'state', createHash('sha256').update(ORIGIN).digest('hex'), 'checkpoint');
      expect(existsSync(state)).toBe(true);
      const published = openCheckpoint(readFileSync(state), noteVerifier(LOG.verifierKey)).checkpoint;
      expect(published.size).toBeGreaterThanOrEqual(signed);
      expect(published.size).toBeLessThanOrEqual(signed + 1);
    }
    expect(kills).toBeGreaterThan(ROUNDS / 2); // it was killed at work, not before
  });
});
