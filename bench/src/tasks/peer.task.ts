// The same appends through one event store or the other, for so long, from so many callers: callers write to streams of
// their own, a new one after every few appends, and say which version they expect.
import { join } from 'node:path';
import { eventIdOf, type JsonObject } from '@rapport/kernel';
import { eventSealer } from '@rapport/ledger';
import { sqliteEventStore } from '@rapport/store-sqlite';
import { touchpoints } from '../ledger/touchpoints.js';
import { loadPeer } from '../runner/peer-package.js';
import { answer, input } from './answer.js';

const APPENDS_PER_STREAM = 20;
const POOL_SIZE = 10_000;

interface Store {
  /** Appends events of the pool, from this place on; durable when it resolves. */
  append(stream: string, revision: number, from: number, count: number): Promise<unknown>;
  readonly settings: string;
  close(): Promise<void>;
}

const {
  store: name,
  folder,
  callers,
  batchSize,
  seconds,
} = input<{
  store: 'rapport' | 'emmett';
  folder: string;
  callers: number;
  batchSize: number;
  seconds: number;
}>();
const pool = [...touchpoints(POOL_SIZE)];
const store = name === 'rapport' ? rapportStore() : await emmettStore();

let events = 0;
let failed = 0;
const startedAt = performance.now();
const endAt = startedAt + seconds * 1_000;
await Promise.all(Array.from({ length: callers }, (_none, caller) => call(caller)));
const ms = performance.now() - startedAt;
await store.close();
answer({ perSecond: (events * 1_000) / ms, failed, settings: store.settings });

function typeOf(touchpoint: JsonObject): string {
  return touchpoint['type'] as string;
}

async function call(caller: number): Promise<void> {
  for (let stream = 0; performance.now() < endAt; stream++) {
    for (let append = 0; append < APPENDS_PER_STREAM && performance.now() < endAt; append++) {
      try {
        await store.append(`relationship/${caller}-${stream}`, append * batchSize - 1, events, batchSize);
        events += batchSize;
      } catch (error) {
        if (name === 'rapport') throw error;
        failed++; // its outcome is unknown: go on with another stream
        break;
      }
    }
  }
}

function rapportStore(): Store {
  const events = sqliteEventStore({ file: join(folder, 'ledger.db'), tenant: 'main', sealer: eventSealer });
  let made = 0;
  return {
    settings: 'WAL, synchronous=FULL, group commit',
    close: () => events.close(),
    append: (stream, revision, from, count) =>
      events.append(
        stream,
        revision < 0 ? 'none' : revision,
        Array.from({ length: count }, (_none, index) => {
          const touchpoint = pool[(from + index) % POOL_SIZE] ?? {};
          return {
            id: eventIdOf('main', stream, 'urn:bench', `e-${made++}`),
            type: typeOf(touchpoint),
            body: JSON.stringify(touchpoint),
            recordedAtMs: Date.now(),
          };
        }),
      ),
  };
}

/**
 * One connection, one append at a time: a connection of this version shares its transaction among all that append through
 * it at once, and acknowledges them before it commits; a connection for each append costs more than it gives and ends
 * with SQLITE_BUSY. So this is its fastest way that is durable.
 */
async function emmettStore(): Promise<Store> {
  const { getSQLiteEventStore, sqliteConnection } = await loadPeer();
  const fileName = join(folder, 'emmett.db');
  const connection = sqliteConnection({ fileName });
  const events = getSQLiteEventStore({ fileName, connectionOptions: { singleton: true, connection } });
  await events.appendToStream('warm-up', [{ type: 'WarmedUp', data: {} }]);
  const synchronous = await connection.querySingle<{ synchronous: number }>('PRAGMA synchronous');
  const journal = await connection.querySingle<{ journal_mode: string }>('PRAGMA journal_mode');
  let before: Promise<unknown> = Promise.resolve();
  return {
    settings: `journal_mode=${journal?.journal_mode}, synchronous=${synchronous?.synchronous === 2 ? 'FULL' : synchronous?.synchronous}, one connection`,
    close: async () => connection.close(),
    append: (stream, revision, from, count) => {
      const batch = Array.from({ length: count }, (_none, index) => {
        const touchpoint = pool[(from + index) % POOL_SIZE] ?? {};
        return { type: typeOf(touchpoint), data: touchpoint };
      });
      const mine = before.then(() =>
        events.appendToStream(
          stream,
          batch,
          revision < 0 ? undefined : { expectedStreamVersion: BigInt(revision + 1) },
        ),
      );
      before = mine.catch(() => undefined); // its own caller hears of a failure
      return mine;
    },
  };
}
