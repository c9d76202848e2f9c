import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { all, failure, plainSealer, sampleEvents } from '@rapport/testing';
import { openEvents } from './event-file.js';
import { SqliteEventStore } from './event-store.js';
import { appendsIn, failureIn, failureMessage, groupMessage } from './event-writer-messages.js';
import { RemoteWriter } from './event-writer-thread.js';

// Another process runs what is compiled, which `npm test` has made ready.
const STORE = new URL('../dist/index.js', import.meta.url).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-writer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the messages to a writer', () => {
  it('give back the appends that were put in', () => {
    const appends = [
      { stream: 'relationship/1', expected: -1, events: sampleEvents(2) },
      { stream: 'relationship/é\u{1F600}', expected: 7, events: sampleEvents(1, { body: '{"text":"→"}' }) },
    ];
    expect(appendsIn(groupMessage(appends))).toEqual(appends);
  });

  it('give back a failure with its code, words and facts, and its cause in words', () => {
    const error = new RapportError('DISK_FULL', 'The disk is full.', {
      facts: { sqlite: 'SQLITE_FULL' },
      cause: new Error('database or disk is full'),
    });
    const crossed = failureIn(failureMessage(error));
    expect(crossed).toMatchObject({ code: error.code, message: error.message, facts: error.facts });
    expect(String(crossed.cause)).toContain('database or disk is full');
    expect(failureIn(failureMessage(new TypeError('a mistake of ours'))).code).toBe('INTERNAL');
  });
});

describe('a writer whose thread ends', () => {
  /** A store whose writer never answers, until its port is closed. */
  function opened(): { store: SqliteEventStore; thread: MessagePort; lost: unknown[] } {
    const file = join(folder, 'ledger.db');
    const { port1, port2 } = new MessageChannel();
    const lost: unknown[] = [];
    const writer = new RemoteWriter(port1, file, (error) => lost.push(error));
    return { store: new SqliteEventStore(openEvents(file, false), file, writer), thread: port2, lost };
  }

  it('fails what is under way, refuses what comes after, says so once, and still reads and closes', async () => {
    const { store, thread, lost } = opened();
    const underWay = [1, 2, 3].map((party) => store.append(`relationship/${party}`, 'none', sampleEvents(1)));
    const failed = underWay.map((append) => failure(append, 'STORE_UNAVAILABLE'));
    await new Promise((resolve) => thread.once('message', resolve));
    thread.close();
    for (const { message } of await Promise.all(failed)) expect(message).toContain('has ended');
    await failure(store.append('relationship/4', 'none', sampleEvents(1)), 'STORE_UNAVAILABLE');
    expect(lost).toHaveLength(1);
    expect(await all(store.readAll())).toEqual([]);
    await store.close();
  });
});

describe('a process with a writer in a thread', () => {
  function run(script: string): { readonly status: number | null; readonly stdout: string } {
    const file = join(folder, 'script.mjs');
    writeFileSync(file, OPEN + script);
    const { status, stdout } = spawnSync(process.execPath, [file, join(folder, 'ledger.db')], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    return { status, stdout };
  }
  const OPEN = `
    import { randomUUID } from 'node:crypto';
    import { sqliteEventStore } from ${JSON.stringify(STORE)};
    import { plainSealer } from ${JSON.stringify(plainSealer.module)};
    const store = sqliteEventStore({ file: process.argv[2], tenant: 'main', sealer: plainSealer, writer: 'thread' });
    const event = { id: randomUUID(), type: 'rapport.test.Kind.v1', body: '{}', recordedAtMs: 1 };
  `;

  it('ends by itself when nothing is under way, and not before what is has its answer', () => {
    const ended = run(`
      store.append('relationship/1', 'none', [event]).then(({ position }) => console.log(String(position)));
    `);
    expect(ended).toEqual({ status: 0, stdout: '1\n' });
  });

  it('leaves one whole file when it has closed, without a log', () => {
    const ended = run(`
      import { existsSync } from 'node:fs';
      void store.append('relationship/1', 'none', [event]);
      await store.close();
      console.log(existsSync(process.argv[2] + '-wal'));
    `);
    expect(ended).toEqual({ status: 0, stdout: 'false\n' });
  });
});
