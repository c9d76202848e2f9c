import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OpenedEvent } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { openEmbedded } from '@rapport/profiles';
import { touchpoint } from '../engine/open-ledger.js';

jest.setTimeout(120_000);

const ERASER = fileURLToPath(new URL('./eraser.mjs', import.meta.url));
const VALUE = 'a value of the party';
const asked = { party: 'c-1', by: 's-7', basis: 'request of the party' };

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'rapport-erasure-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function inLedger<T>(use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const rapport = await openEmbedded({ dataDir, projector: 'inline' });
  try {
    return await use(await rapport.ledger('main'));
  } finally {
    await rapport.close();
  }
}

async function merged(ledger: Ledger): Promise<void> {
  const identified = (party: string) =>
    touchpoint('PartyIdentified', `i-${party}`, {
      subject: `relationship/${party}`,
      data: { idType: 'email', value: VALUE },
    });
  const merge = touchpoint('PartiesMerged', 'm', { data: { absorbed: 'c-2', basis: 'same person' } });
  const outcomes = await ledger.record([identified('c-1'), identified('c-2'), merge]);
  expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded']);
}

async function everything(ledger: Ledger): Promise<readonly OpenedEvent[]> {
  const events: OpenedEvent[] = [];
  for await (const event of ledger.withPersonalEach(ledger.feed({}))) events.push(event);
  return events;
}

/** Lets another process erase until it kills itself; gives the signal that ended it. */
function eraseAndDie(step: string): Promise<NodeJS.Signals | null> {
  const secret = readFileSync(join(dataDir, '.keys', 'key-encryption-key'), 'latin1').trim();
  const child = spawn(process.execPath, [ERASER, dataDir, step, secret], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

describe('an erasure whose process is killed', () => {
  it.each([
    ['before the keys are destroyed', VALUE, 0],
    ['after the keys are destroyed', undefined, 0],
    ['between the events of two persons', undefined, 1],
    ['after the events', undefined, 2],
  ])('%s is finished by asking again, once for each person', async (step, left, told) => {
    await inLedger(merged);
    expect(await eraseAndDie(step)).toBe('SIGKILL');
    await inLedger(async (ledger) => {
      const before = await everything(ledger);
      const values = before.flatMap(({ personal }) => (personal === undefined ? [] : [personal['/value']]));
      expect(new Set(values)).toEqual(new Set(left === undefined ? [] : [left]));
      expect(before.filter(({ source }) => source === 'urn:rapport:erasure')).toHaveLength(told);
      const { persons } = await ledger.erase(asked);
      expect(persons.map(({ person, parts }) => [person, parts])).toEqual([
        ['c-1', 1],
        ['c-2', 1],
      ]);
      expect((await ledger.erase(asked)).persons).toEqual(persons);
      const after = await everything(ledger);
      expect(JSON.stringify(after.map(({ personal }) => personal ?? null))).not.toContain(VALUE);
      const erasures = after.filter(({ source }) => source === 'urn:rapport:erasure');
      expect(erasures.map(({ position }) => position).sort()).toEqual(
        persons.map(({ position }) => position).sort(),
      );
      expect(await ledger.checkKeys()).toEqual({ keys: 0, erased: 2, untold: [] });
    });
  });
});
