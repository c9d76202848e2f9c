import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { EventStore, StoredEvent } from '@rapport/ledger';
import { eventStoreDbEnd, eventStoreDbStore } from '@rapport/store-eventstoredb';
import { sqliteEventStore } from '@rapport/store-sqlite';
import { eventStoreDbForTests, eventStoreDbStarter, OwnServer, plainSealer } from '@rapport/testing';
import { contentOf, Outcomes, sequenceOf, type Round } from './append-sequences.js';

const SEQUENCES = Number(process.env['RAPPORT_SEQUENCES'] ?? 1_000);
const FIRST_SEED = Number(process.env['RAPPORT_SEED'] ?? 1);
/** Sequences that share a ledger, and how many of them run at once. */
const BLOCK = 1_000;
const LANES = 24;
const RESTARTED_SEQUENCES = 60;
const TIMEOUT_MS = 60_000 + SEQUENCES * 100;

const url = await eventStoreDbForTests();
const starter = eventStoreDbStarter();

/** A ledger in each store, empty. */
async function newLedgers(server: string) {
  const beganAt = await eventStoreDbEnd(server);
  const folder = mkdtempSync(join(tmpdir(), 'rapport-differential-'));
  const tenant = `t${randomUUID().replaceAll('-', '')}`;
  const file = join(folder, 'ledger.db');
  const sqlite = () => sqliteEventStore({ file, tenant, sealer: plainSealer });
  const eventStoreDb = () => eventStoreDbStore({ url: server, tenant, beganAt });
  return { sqlite, eventStoreDb, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The events of each sequence in ledger order; sequences run side by side, so between them there is none. */
function bySequence(content: readonly unknown[]): ReadonlyMap<string, readonly unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const event of content) {
    const [, seed = ''] = /^relationship\/(\d+)-/.exec((event as StoredEvent).stream) ?? [];
    groups.set(seed, [...(groups.get(seed) ?? []), event]);
  }
  return groups;
}

/** Makes the same appends in both, and expects the same of them. */
async function compare(
  both: readonly Outcomes[],
  seed: number,
  rounds: readonly Round[],
  from = 0,
): Promise<number> {
  let appends = 0;
  for (const [index, round] of rounds.entries()) {
    const [expected, found] = await Promise.all(both.map((outcomes) => outcomes.of(round)));
    const where = { seed, round: from + index };
    expect({ ...where, outcomes: found }).toEqual({ ...where, outcomes: expected });
    appends += round.length;
  }
  return appends;
}

async function compareContent(stores: readonly EventStore[]): Promise<void> {
  const [expected, found] = await Promise.all(stores.map(contentOf));
  expect(bySequence(found ?? [])).toEqual(bySequence(expected ?? []));
}

(url === undefined ? describe.skip : describe)('the SQLite and the EventStoreDB event store', () => {
  it(
    `give the same outcomes for ${SEQUENCES} sequences of appends, repeats, overlaps and wrong revisions`,
    async () => {
      let appends = 0;
      for (let done = 0; done < SEQUENCES; done += BLOCK) {
        const ledgers = await newLedgers(url as string);
        const stores = [ledgers.sqlite(), ledgers.eventStoreDb()] as const;
        const seeds = Array.from(
          { length: Math.min(BLOCK, SEQUENCES - done) },
          (_, at) => FIRST_SEED + done + at,
        );
        const lane = async (): Promise<void> => {
          for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
            const both = stores.map((store) => new Outcomes(store));
            const made = await compare(both, seed, sequenceOf(seed));
            appends += made;
          }
        };
        try {
          await Promise.all(Array.from({ length: LANES }, lane));
          await compareContent(stores);
        } finally {
          await Promise.all(stores.map((store) => store.close()));
          ledgers.remove();
        }
      }
      expect(appends).toBeGreaterThan(SEQUENCES);
    },
    TIMEOUT_MS,
  );

  it('agree on races of two writers: who appends the same is told so, who appends other things is refused', async () => {
    const ledgers = await newLedgers(url as string);
    const eventsOf = (seed: number) => sequenceOf(seed)[0]?.[0]?.events ?? [];
    try {
      for (const open of [ledgers.sqlite, ledgers.eventStoreDb]) {
        const writers = [open(), open()];
        for (let race = 0; race < 100; race++) {
          const first = eventsOf(race);
          const isSame = race % 2 === 0;
          const outcomes = await Promise.allSettled(
            writers.map((writer, index) =>
              writer.append(`campaign/${race}`, 'none', isSame || index === 0 ? first : eventsOf(race)),
            ),
          );
          const shown = outcomes.map((outcome) =>
            outcome.status === 'fulfilled' ? outcome.value.status : (outcome.reason as { code: string }).code,
          );
          expect(shown.toSorted()).toEqual(
            isSame ? ['appended', 'duplicate'] : ['WRONG_EXPECTED_REVISION', 'appended'],
          );
        }
        await Promise.all(writers.map((writer) => writer.close()));
      }
    } finally {
      ledgers.remove();
    }
  }, 60_000);
});

(starter === undefined ? describe.skip : describe)('a server that is started again in the middle', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'changes no outcome, after %s',
    async (signal) => {
      const server = await OwnServer.start(starter as string);
      const ledgers = await newLedgers(`esdb://127.0.0.1:${server.port}?tls=false`);
      const stores = [ledgers.sqlite(), ledgers.eventStoreDb()];
      try {
        const sequences = Array.from({ length: RESTARTED_SEQUENCES }, (_, at) => {
          const rounds = sequenceOf(FIRST_SEED + at);
          const middle = Math.ceil(rounds.length / 2);
          const both = stores.map((store) => new Outcomes(store));
          return {
            seed: FIRST_SEED + at,
            both,
            before: rounds.slice(0, middle),
            after: rounds.slice(middle),
          };
        });
        await Promise.all(sequences.map(({ both, seed, before }) => compare(both, seed, before)));
        await server.end(signal);
        await server.start();
        await Promise.all(
          sequences.map(({ both, seed, before, after }) => compare(both, seed, after, before.length)),
        );
        await compareContent(stores);
      } finally {
        await Promise.all(stores.map((store) => store.close()));
        ledgers.remove();
        await server.remove();
      }
    },
    120_000,
  );
});
