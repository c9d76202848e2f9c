import type { ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JsonObject } from '@rapport/kernel';
import type { SaltedEvent } from '@rapport/ledger';
import { openRapport, startWorker } from '@rapport/profiles';
import { eventStoreDbEnd, eventStoreDbStore } from '@rapport/store-eventstoredb';
import { sqliteKeyStore, sqliteSaltedEvents } from '@rapport/store-sqlite';
import { all, sampleEvents } from '@rapport/testing';
import { jsonOf, rapport, serveCommand, type Said } from '../cli/rapport-command.js';
import { planted, plantedCorrection } from '../privacy/planted.js';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { touchpoints } from './recorded-sales.js';
import { startedWorker, until } from './started-process.js';

jest.setTimeout(300_000);

const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;
const folder = mkdtempSync(join(tmpdir(), 'rapport-migrate-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const SALES = 240;

interface Moved {
  readonly events: number;
  readonly held: number;
  readonly takenOver: number;
  readonly keys: number;
  readonly erased: number;
  readonly signed: number;
  readonly verifierKey: string;
  readonly equal: { readonly leaves: number; readonly root: string; readonly views: string };
}

describeOnServers('rapport migrate', () => {
  let production: FreshProduction;
  /** Where the log of the server ended when a spec began. */
  let origin: bigint;
  beforeAll(async () => {
    await record('main', 'data', [
      ...planted('c-1', 'kept'),
      ...planted('c-2', 'erased'),
      plantedCorrection('c-1', 'InquiryReceived', 'corrected'),
      ...touchpoints(SALES),
    ]);
    await record('shop', 'data', [...planted('c-1', 'shop'), ...touchpoints(50)]);
    await succeeded('erase', 'c-2', '--basis', 'request', '--data', at('data'));
    await succeeded('receipt', '7', '--out', at('receipt'), '--data', at('data'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    production = await freshProduction();
    origin = await eventStoreDbEnd(production.configuration.eventStoreDb);
  });
  afterEach(() => production.drop());

  /** Runs the command with the servers, and their folder of secrets, in its environment. */
  const run = (
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
    onStart?: (child: ChildProcess) => void,
  ): Promise<Said> =>
    rapport(args, {
      environment: { ...production.environment, RAPPORT_PROFILE: 'embedded', ...more },
      ...(onStart === undefined ? {} : { onStart }),
    });
  const toServers = (...more: readonly string[]) =>
    run(['migrate', '--to', 'production', '--data', at('data'), '--json', ...more]);
  const toFolder = (name: string, ...more: readonly string[]) =>
    run(['migrate', '--to', 'embedded', '--data', at(name), '--json', ...more]);
  const inProduction = (...args: readonly string[]) => run(args, { RAPPORT_PROFILE: 'production' });
  const stored = () => {
    const { eventStoreDb: url, eventStoreDbPrefix: prefix } = production.configuration;
    return eventStoreDbStore({ url, tenant: `${prefix}main` });
  };
  const countStored = async (): Promise<number> => {
    const store = stored();
    try {
      return (await all(store.readSalted({ after: origin }))).length;
    } finally {
      await store.close();
    }
  };
  /** Adds an event to the tenant main that Rapport knows nothing of. */
  const addForeign = async (stream: string): Promise<void> => {
    const store = stored();
    await store.append(stream, 'none', sampleEvents(1));
    await store.close();
  };
  /** Moves the tenant main until the target holds so many events, and is killed then. */
  const killed = async (enough: number): Promise<void> => {
    let seen: Promise<void> | undefined;
    const said = await run(['migrate', '--to', 'production', '--data', at('data')], {}, (child) => {
      seen = until('events are moved', async () => (await countStored()) >= enough);
      void seen.finally(() => child.kill('SIGKILL')).catch(() => undefined); // it is awaited below
    });
    await seen;
    expect(said.signal).toBe('SIGKILL');
  };

  it('moves all tenants there and back: the same leaves, views, keys and receipts', async () => {
    const dry = moved(await toServers('--all', '--dry-run'));
    expect(dry.map(({ held, takenOver }) => [held, takenOver])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(await countStored()).toBe(0);

    const there = moved(await toServers('--all'));
    expect(there.map(({ events, takenOver }) => events - takenOver)).toEqual([0, 0]);
    expect(there[0]).toMatchObject({ events: there[0]?.equal.leaves, erased: 1, held: 0 });
    expect(there[0]?.signed).toBe(there[0]?.events);
    const hash = jsonOf(await succeeded('views', 'hash', '--json', '--data', at('data')))['all'];
    expect(there[0]?.equal.views).toBe(hash);
    expect(jsonOf(await inProduction('views', 'hash', '--json'))['all']).toBe(hash);
    expect(jsonOf(await inProduction('verify', '--store', '--json'))).toMatchObject({ whole: true });
    const personal = ['export', 'events', '--personal', '--format', 'cloudevents'];
    const before = await succeeded(...personal, '--data', at('data'));
    expect(before.stdout).toContain('canary5b7e-kept');
    expect((await inProduction(...personal)).stdout).toBe(before.stdout);

    const back = moved(await toFolder('copy', '--all'));
    expect(back.map(({ equal }) => equal)).toEqual(there.map(({ equal }) => equal));
    for (const tenant of ['main', 'shop']) {
      expect(await eventsIn('copy', tenant)).toEqual(await eventsIn('data', tenant));
      expect(await keysIn('copy', tenant)).toEqual(await keysIn('data', tenant));
    }
    expect(existsSync(at('copy', '.moving'))).toBe(false);

    // Once more changes nothing.
    for (const again of [moved(await toServers('--all')), moved(await toFolder('copy', '--all'))])
      expect(again.map(({ takenOver, equal }) => [takenOver, equal])).toEqual(
        there.map(({ equal }) => [0, equal]),
      );
  });

  it('lets the log go on under its key, and brings a copy up to date', async () => {
    const [there] = moved(await toServers());
    await succeeded(
      'verify',
      'receipt',
      at('receipt.tlog-proof'),
      '--leaf',
      at('receipt.leaf'),
      '--key',
      there!.verifierKey,
    );
    expect(moved(await toFolder('backup'))[0]).toMatchObject({ takenOver: there!.events });

    const worker = await startedWorker(production.environment);
    try {
      writeFileSync(at('later.jsonl'), lines(planted('c-9', 'later')));
      expect((await inProduction('record', at('later.jsonl'))).code).toBe(0);
      const { configuration } = production;
      const opened = await openRapport(configuration, 'read');
      const ledger = await opened.ledger('main');
      await ledger.log.published((await ledger.head()).position, 60_000);
      await opened.close();
      const [again] = moved(await toFolder('backup'));
      expect(again).toMatchObject({ held: there!.events, takenOver: planted('c-9', 'later').length });
      expect(again).toMatchObject({ verifierKey: there!.verifierKey, signed: again!.events });
      expect(again!.equal.leaves).toBe(again!.events);
    } finally {
      await worker.stop();
    }
    const verified = await succeeded('verify', '--store', '--json', '--data', at('backup'));
    expect(jsonOf(verified)).toMatchObject({ whole: true, head: { verifierKey: there!.verifierKey } });
    // The target has gone on: the source is in it still, and is not asked for more.
    const [old] = moved(await toServers());
    expect(old).toMatchObject({ takenOver: 0, equal: { root: there!.equal.root } });
    expect(old!.equal).toHaveProperty('viewsNotCompared');
  });

  it('goes on where it was killed, and nobody finds what is half moved', async () => {
    const events = (await eventsIn('data', 'main')).length;
    for (const enough of [1, Math.floor(events / 2), events - 1]) {
      await killed(enough);
      const { configuration } = production;
      const worker = await startWorker(configuration);
      await worker.close();
      const opened = await openRapport(configuration, 'serve');
      expect(await opened.tenants()).toEqual([]);
      await expect(opened.ledger('main')).rejects.toMatchObject({ code: 'LEDGER_IN_USE' });
      await opened.close();
    }
    const [there] = moved(await toServers());
    expect(there!.held).toBeGreaterThanOrEqual(events - 1);
    expect(there!.equal.leaves).toBe(events);

    const half = await run(['migrate', '--to', 'embedded', '--data', at('killed')], {}, (child) => {
      const file = at('killed', '.moving', 'main', 'ledger.db');
      void until('it has begun', async () => existsSync(file)).finally(() => child.kill('SIGKILL'));
    });
    expect([half.signal, existsSync(at('killed', 'main'))]).toEqual(['SIGKILL', false]);
    expect(moved(await toFolder('killed'))[0]!.equal).toEqual(there!.equal);
    expect(await eventsIn('killed', 'main')).toEqual(await eventsIn('data', 'main'));
  });

  it('refuses a target with another key-encryption key, and moves nothing', async () => {
    const vault = production.environment['RAPPORT_KEYS']!;
    await mkdir(vault, { recursive: true });
    writeFileSync(join(vault, 'key-encryption-key'), `${'A'.repeat(43)}\n`, { mode: 0o600 });
    const said = await toServers();
    expect([said.code, said.stderr]).toEqual([6, expect.stringMatching(/KEY_WRONG.*Nothing was moved/)]);
    expect(await countStored()).toBe(0);
  });

  it('refuses a target that holds something else, and names the first difference', async () => {
    await mkdir(at('other', '.keys'), { recursive: true });
    const secret = join('.keys', 'key-encryption-key'); // the same, so that the events are what differs
    copyFileSync(at('data', secret), at('other', secret));
    await record('main', 'other', touchpoints(3));
    const other = ['migrate', '--to', 'production', '--data', at('other'), '--json'];
    expect(moved(await run(other))[0]).toMatchObject({ events: 4 });
    expect(await refusal(toServers())).toMatch(/event 0 .*differ in their/);
  });

  it('refuses events of a tenant that nothing tells of', async () => {
    await addForeign('policy/loyalty');
    for (const more of [['--dry-run'], []])
      expect(await refusal(toServers(...more))).toMatch(/EventStoreDB has events in policy\/loyalty/);
  });

  it('refuses an event that came between two runs from elsewhere', async () => {
    await killed(5);
    const held = await countStored();
    expect(held).toBeLessThan((await eventsIn('data', 'main')).length);
    await addForeign('relationship/x');
    expect(await refusal(toServers())).toMatch(new RegExp(`event ${held} .*relationship/x in the target`));
  });

  it('refuses a folder that is served, and a copy that was recorded to', async () => {
    const served = await serveCommand(at('data'));
    expect(await refusal(toServers())).toMatch(/LEDGER_IN_USE/);
    await served.interrupt();
    moved(await toServers());
    moved(await toFolder('used'));
    await record('main', 'used', [...planted('c-77', 'elsewhere')]);
    expect(moved(await toFolder('used'))[0]).toMatchObject({ takenOver: 0 });
  });
});

async function record(tenant: string, name: string, events: readonly JsonObject[]): Promise<void> {
  const said = await rapport(['record', '-', '--tenant', tenant, '--data', at(name)], {
    stdin: lines(events),
  });
  if (said.code !== 0) throw new Error(said.stderr);
}

async function succeeded(...args: readonly string[]): Promise<Said> {
  const said = await rapport(args);
  if (said.code !== 0) throw new Error(`${args.join(' ')}: ${said.stderr}`);
  return said;
}

function moved(said: Said): readonly Moved[] {
  if (said.code !== 0) throw new Error(said.stderr);
  return jsonOf(said)['tenants'] as readonly Moved[];
}

async function refusal(running: Promise<Said>): Promise<string> {
  const { code, stderr } = await running;
  expect(code).toBe(5);
  return stderr;
}

const lines = (events: readonly JsonObject[]): string =>
  events.map((event) => JSON.stringify(event)).join('\n');

async function eventsIn(name: string, tenant: string): Promise<readonly SaltedEvent[]> {
  const events = sqliteSaltedEvents({ file: at(name, tenant, 'ledger.db'), tenant });
  try {
    return await all(events.readSalted({ after: 0n }));
  } finally {
    await events.close();
  }
}

async function keysIn(name: string, tenant: string): Promise<unknown> {
  const keys = sqliteKeyStore({ file: at(name, tenant, 'keys.db'), tenant, readOnly: true });
  try {
    return [await keys.active(undefined, 1_000), await keys.erased(undefined, 1_000)];
  } finally {
    await keys.close();
  }
}
