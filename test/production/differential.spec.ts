import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '@rapport/ledger';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import { sqliteEventStore } from '@rapport/store-sqlite';
import { eventStoreDbForTests, plainSealer } from '@rapport/testing';
import { contentOf, Outcomes, sequenceOf, type Round } from './append-sequences.js';

const SEQUENCES = Number(process.env['RAPPORT_SEQUENCES'] ?? 1_000);
const FIRST_SEED = Number(process.env['RAPPORT_SEED'] ?? 1);
/** Sequences that share a ledger, and how many of them run at once. */
const BLOCK = 1_000;
const LANES = 24;
const TIMEOUT_MS = 60_000 + SEQUENCES * 100;

const url = await eventStoreDbForTests();

/** A ledger in each store, empty. */
function newLedgers(server: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-differential-'));
  const tenant = `t${randomUUID().replaceAll('-', '')}`;
  const file = join(folder, 'ledger.db');
  const sqlite = () => sqliteEventStore({ file, tenant, sealer: plainSealer });
  const eventStoreDb = () => eventStoreDbStore({ url: server, tenant });
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

(url === undefined ? describe.skip : describe)('the SQLite and the EventStoreDB event store', () => {
  it(
    `give the same outcomes for ${SEQUENCES} sequences of appends, repeats, overlaps and wrong revisions`,
    async () => {
      let appends = 0;
      for (let done = 0; done < SEQUENCES; done += BLOCK) {
        const ledgers = newLedgers(url as string);
        const stores = [ledgers.sqlite(), ledgers.eventStoreDb()] as const;
        const seeds = Array.from(
          { length: Math.min(BLOCK, SEQUENCES - done) },
          (_, at) => FIRST_SEED + done + at,
        );
        const lane = async (): Promise<void> => {
          for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
            const [sqlite, eventStoreDb] = stores.map((store) => new Outcomes(store));
            const rounds: readonly Round[] = sequenceOf(seed);
            for (const [index, round] of rounds.entries()) {
              const [expected, found] = await Promise.all([sqlite?.of(round), eventStoreDb?.of(round)]);
              expect({ seed, round: index, outcomes: found }).toEqual({
                seed,
                round: index,
                outcomes: expected,
              });
              appends += round.length;
            }
          }
        };
        try {
          await Promise.all(Array.from({ length: LANES }, lane));
          const [expected, found] = await Promise.all(stores.map(contentOf));
          expect(bySequence(found ?? [])).toEqual(bySequence(expected ?? []));
        } finally {
          await Promise.all(stores.map((store) => store.close()));
          ledgers.remove();
        }
      }
      expect(appends).toBeGreaterThan(SEQUENCES);
    },
    TIMEOUT_MS,
  );

  it('agree on races between two writers: who appends the same is told so, who appends other things is refused', async () => {
    const ledgers = newLedgers(url as string);
    try {
      for (const open of [ledgers.sqlite, ledgers.eventStoreDb]) {
        const writers = [open(), open()];
        for (let race = 0; race < 100; race++) {
          const stream = `campaign/${race}`;
          const [first = [], second = []] = [
            sequenceOf(race)[0]?.[0]?.events,
            sequenceOf(race)[0]?.[0]?.events,
          ];
          const same = race % 2 === 0;
          const outcomes = await Promise.allSettled(
            writers.map((writer, index) =>
              writer.append(stream, 'none', same || index === 0 ? first : second),
            ),
          );
          const shown = outcomes.map((outcome) =>
            outcome.status === 'fulfilled' ? outcome.value.status : (outcome.reason as { code: string }).code,
          );
          expect(shown.toSorted()).toEqual(
            same ? ['appended', 'duplicate'] : ['WRONG_EXPECTED_REVISION', 'appended'],
          );
        }
        await Promise.all(writers.map((writer) => writer.close()));
      }
    } finally {
      ledgers.remove();
    }
  }, 60_000);
});
