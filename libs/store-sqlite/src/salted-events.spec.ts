import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProofLog, SaltedEvent } from '@rapport/ledger';
import { SALT_BYTES } from '@rapport/ledger/ports';
import { all, failure, plainSealer, sampleEvents } from '@rapport/testing';
import { sqliteEventStore } from './event-store.js';
import { sqliteProofLog } from './proof-log.js';
import { sqliteSaltedEvents } from './salted-events.js';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-salted-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'ledger.db');
}

function opened<T extends { close(): Promise<void> }>(store: T): T {
  cleanups.push(() => store.close());
  return store;
}

/** A ledger of some streams that take turns, and its salted events. */
async function ledgerOf(count: number) {
  const file = newFile();
  const store = opened(sqliteEventStore({ file, tenant: 'main', sealer: plainSealer }));
  const appends = sampleEvents(count).map((event, index) => {
    const revision = Math.floor(index / 3) - 1;
    return store.append(`relationship/${index % 3}`, revision < 0 ? 'none' : revision, [
      { ...event, recordedAtMs: event.recordedAtMs + index },
    ]);
  });
  await Promise.all(appends);
  return { file, store, events: opened(sqliteSaltedEvents({ file, tenant: 'main' })) };
}

const emptyLedger = () => {
  const file = newFile();
  return { file, events: opened(sqliteSaltedEvents({ file, tenant: 'main', sealer: plainSealer })) };
};

async function leavesOf(log: ProofLog): Promise<readonly string[]> {
  return (await all(log.readSealed({ from: 0 }))).map(
    ({ leafIndex, leafHash, salt, stream, revision, recordedAtMs, body }) =>
      [leafIndex, hex(leafHash), hex(salt), stream, revision, recordedAtMs, body].join(' '),
  );
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('salted events of a file', () => {
  it('are its events, with a salt each that stays', async () => {
    const { store, events } = await ledgerOf(9);
    const salted = await all(events.readSalted({ after: 0n }));
    expect(salted).toEqual((await all(store.readAll())).map((event) => expect.objectContaining(event)));
    expect(new Set(salted.map(({ salt }) => hex(salt))).size).toBe(9);
    expect(await all(events.readSalted({ after: 4n, countMax: 2 }))).toEqual(salted.slice(4, 6));
    expect(await all(events.readSalted({ after: 9n }))).toEqual([]);
  });

  it('are found by their positions, in the order asked for', async () => {
    const { events } = await ledgerOf(5);
    const salted = await all(events.readSalted({ after: 0n }));
    expect(await events.saltedAt([5n, 99n, 1n, 0n])).toEqual([salted[4], salted[0]]);
  });

  it('are not taken over into a file that is open for reading', async () => {
    const { events } = await ledgerOf(1);
    await failure(events.takeOver([]), 'STORE_READ_ONLY');
  });

  it('of another tenant are refused', async () => {
    const { file } = await ledgerOf(1);
    expect(() => sqliteSaltedEvents({ file, tenant: 'other' })).toThrow(/belongs to the tenant main/);
  });
});

describe('events that are taken over', () => {
  it('have the leaves that they had, and so the whole log its root', async () => {
    const from = await ledgerOf(1_300);
    const to = emptyLedger();
    await to.events.takeOver(await all(from.events.readSalted({ after: 0n })));
    const [logFrom, logTo] = [opened(sqliteProofLog(from.file)), opened(sqliteProofLog(to.file))];
    expect(await leavesOf(logTo)).toEqual(await leavesOf(logFrom));
    const root = [{ level: 10, index: 0 }];
    expect(await logTo.nodes(root)).toEqual(await logFrom.nodes(root));
  });

  it('may come again, and in pieces', async () => {
    const from = await ledgerOf(20);
    const to = emptyLedger();
    const salted = await all(from.events.readSalted({ after: 0n }));
    await to.events.takeOver(salted.slice(0, 8));
    await to.events.takeOver(salted.slice(4, 15));
    await to.events.takeOver(salted);
    await to.events.takeOver(salted);
    expect(await leavesOf(opened(sqliteProofLog(to.file)))).toEqual(
      await leavesOf(opened(sqliteProofLog(from.file))),
    );
  });

  it('are refused where a stream holds something else, or nothing that they follow, and none of them is written', async () => {
    const from = await ledgerOf(9);
    const to = emptyLedger();
    const salted = await all(from.events.readSalted({ after: 0n }));
    await to.events.takeOver(salted.slice(0, 3));
    const changed = (more: Partial<SaltedEvent>) => [
      ...salted.slice(3, 6),
      { ...(salted[0] as SaltedEvent), ...more },
    ];
    await failure(to.events.takeOver(changed({ body: '{}' })), 'WRONG_EXPECTED_REVISION');
    await failure(to.events.takeOver(changed({ salt: Buffer.alloc(SALT_BYTES) })), 'WRONG_EXPECTED_REVISION');
    await failure(to.events.takeOver(changed({ recordedAtMs: 1 })), 'WRONG_EXPECTED_REVISION');
    await failure(to.events.takeOver(changed({ type: 'other' })), 'WRONG_EXPECTED_REVISION');
    await failure(to.events.takeOver(changed({ id: salted[1]?.id as string })), 'WRONG_EXPECTED_REVISION');
    await failure(to.events.takeOver(salted.slice(6)), 'WRONG_EXPECTED_REVISION');
    await failure(to.events.takeOver(changed({ revision: 2, salt: Buffer.alloc(3) })), 'STORE_CORRUPT');
    expect(await all(to.events.readSalted({ after: 0n }))).toHaveLength(3);
  });
});
