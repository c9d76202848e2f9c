import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@rapport/kernel';
import { sqliteEventStore } from '@rapport/store-sqlite';
import { plainSealer } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import type { EventStore } from '../ports/index.js';
import { Recorder } from './recorder.js';

/** Two processes that record into one ledger, as far as a recorder can tell: each with what it remembers of streams. */
describe('two writers', () => {
  let folder: string;
  let store: EventStore;
  let first: Recorder;
  let second: Recorder;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-writers-'));
    store = sqliteEventStore({ file: join(folder, 'ledger.db'), tenant: 'main', sealer: plainSealer });
    [first, second] = [recorder(), recorder()];
    await first.open();
    await second.open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const noKeys = () => Promise.reject(new Error('nothing personal is recorded here'));
  const recorder = (): Recorder => new Recorder('main', store, kinds, noKeys, Date.now);
  const told = async (by: Recorder, ...touchpoints: readonly JsonObject[]): Promise<readonly string[]> =>
    (await by.record(touchpoints, 'emitter')).map((outcome) =>
      outcome.status === 'rejected' ? outcome.rejection.code : outcome.status,
    );

  it('reject nothing that the other one has made possible', async () => {
    expect(await told(first, acceptance('o-1'))).toEqual(['TERM_NOT_PROPOSED']);
    expect(await told(second, proposal('c-1'))).toEqual(['recorded']);
    expect(await told(first, acceptance('o-1'))).toEqual(['recorded']);
  });

  it('reject what rests on an event of the same call that the other one was faster than, once it is decided anew', async () => {
    expect(await told(first, proposal('c-1'))).toEqual(['recorded']);
    expect(await told(second, proposal('c-2', 'k-2'), acceptance('o-2', 'k-2'))).toEqual([
      'recorded',
      'recorded',
    ]);
    expect(
      await told(first, proposal('c-3', 'k-3'), acceptance('o-2', 'k-2'), acceptance('o-4', 'k-4')),
    ).toEqual(['recorded', 'duplicate', 'TERM_NOT_PROPOSED']);
  });

  it('answer the touchpoints of each other as duplicates', async () => {
    expect(await told(first, proposal('c-1'))).toEqual(['recorded']);
    expect(await told(second, proposal('c-1'))).toEqual(['duplicate']);
    expect(await told(second, acceptance('o-1'))).toEqual(['recorded']);
    expect(await told(first, acceptance('o-1'), acceptance('o-1'))).toEqual(['duplicate', 'duplicate']);
  });

  it('are told of an id that the other one has used for something else, also when both are under way at once', async () => {
    const other = { ...proposal('c-1'), time: '2026-01-11T12:00:00.000Z' };
    const both = await Promise.all([told(first, proposal('c-1')), told(second, other)]);
    expect(both).toEqual([['recorded'], ['EVENT_ID_REUSED']]);
    const same = await Promise.all([
      told(first, proposal('c-2', 'k-2')),
      told(second, proposal('c-2', 'k-2')),
    ]);
    expect(same).toEqual([['recorded'], ['duplicate']]);
    expect(await told(second, acceptance('o-2', 'k-2'))).toEqual(['recorded']);
  });

  it('both record everything of a stream that both write to at once', async () => {
    const of = (by: Recorder, name: string): Promise<readonly (readonly string[])[]> =>
      Promise.all(
        Array.from({ length: 20 }, (_, at) => told(by, proposal(`${name}-${at}`, `${name}-${at}`))),
      );
    const all = await Promise.all([of(first, 'a'), of(second, 'b')]);
    expect(all.flat(2).filter((status) => status === 'recorded')).toHaveLength(40);
    expect((await store.head()).count).toBe(40);
  });
});

const touchpoint = (name: string, id: string, episode: string): JsonObject => {
  const kind = kinds.all.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return {
    ...{ specversion: '1.0', id, source: 'urn:shop', type: kind.type, subject: 'relationship/c-1' },
    ...{ time: '2026-01-10T12:00:00.000Z', episode, data: { clause: 'price', value: '2%', round: 1 } },
  } as JsonObject;
};
const proposal = (id: string, episode = 'k-1'): JsonObject => touchpoint('TermProposed', id, episode);
const acceptance = (id: string, episode = 'k-1'): JsonObject => touchpoint('TermAccepted', id, episode);
