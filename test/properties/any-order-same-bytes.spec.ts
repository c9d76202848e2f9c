import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { partiesOf, type Json, type JsonObject, type Kind, type Kinds } from '@rapport/kernel';
import {
  eventSealer,
  openLedger,
  Projector,
  type EventStore,
  type OpenLedger,
  type Projection,
  type ViewStore,
} from '@rapport/ledger';
import { sqliteEventStore, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';
import fc from 'fast-check';
import { touchpoint } from '../engine/open-ledger.js';
import { histories, PARTIES, type History } from './histories.js';
import { unsignedLog } from '../engine/unsigned-log.js';

/** Life cycles refuse what is impossible in an order; here every event is to be recorded in every order. */
const lenient: Kinds = (() => {
  const all = kinds.all.map(({ lifecycle: _lifecycle, ...kind }): Kind => kind);
  const byType = new Map(all.map((kind) => [kind.type, kind]));
  return { all, get: (type) => byType.get(type) };
})();

const folder = mkdtempSync(join(tmpdir(), 'rapport-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const idle: Projection = {
  wake: () => undefined,
  onMoved: () => () => undefined,
  rebuild: () => Promise.resolve(),
  retry: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

/** A ledger whose projector is driven by hand, and can be dropped in the middle as a crash would. */
class Driven {
  readonly file = join(folder, String(count++));
  events!: EventStore;
  views!: ViewStore;
  projector!: Projector;
  ledger!: OpenLedger;

  async start(batchSize: number): Promise<this> {
    this.events = sqliteEventStore({ file: `${this.file}.ledger.db`, tenant: 'main', sealer: eventSealer });
    this.views = sqliteViewStore({ file: `${this.file}.views.db` });
    this.projector = new Projector({
      events: this.events,
      views: this.views,
      registry: views,
      kinds: lenient,
      owner: 'spec',
      now: Date.now,
      batchSize,
    });
    await this.projector.open();
    this.ledger = await openLedger({
      tenant: 'main',
      events: this.events,
      viewStore: this.views,
      kinds: lenient,
      views,
      analyses,
      projection: idle,
      log: unsignedLog(`${this.file}.ledger.db`),
      writable: true,
      now: () => Date.UTC(2026, 0, 1),
    });
    return this;
  }

  async record(history: readonly Json[]): Promise<void> {
    for (const outcome of await this.ledger.record(history)) {
      if (outcome.status === 'rejected') throw new Error(JSON.stringify(outcome.rejection));
    }
  }

  /** Leaves everything where it is, as kill -9 does to a process whose transactions are whole. */
  async restart(batchSize: number): Promise<this> {
    await this.views.close();
    await this.events.close();
    return this.start(batchSize);
  }

  /** Ends a catching up somewhere between its beginning and its end. */
  async cutOffCatchingUp(): Promise<void> {
    const abort = new AbortController();
    setImmediate(() => abort.abort());
    await this.projector.catchUpByBuilding(abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted) throw error;
    });
  }

  async hash(): Promise<string> {
    const { views: hashes } = await this.ledger.hash();
    return hashes.map(({ view, sha256, documents }) => `${view} ${documents} ${sha256}`).join('\n');
  }

  /** The same of every view folded again from its histories, bounded at the head and the end of time. */
  async replayed(): Promise<string> {
    const bounds = { asOf: '9999-12-31T23:59:59.999Z', knownAt: (await this.ledger.head()).position };
    const lines: string[] = [];
    for (const { name } of views) {
      const { view, sha256, documents } = (await this.ledger.replayHash(name, bounds)).value;
      lines.push(`${view} ${documents} ${sha256}`);
    }
    return lines.join('\n');
  }

  /** Positions of the events on the record of a party. */
  async onRecord(party: string): Promise<readonly bigint[]> {
    return (await this.ledger.recordOf(party, {}, 10_000)).value.events.map(({ event }) => event.position);
  }

  /** Positions of the events that name a party, as recorded or as they count: every event is looked at. */
  async naming(asked: string): Promise<readonly bigint[]> {
    const party = await this.ledger.canonical(asked);
    const counting = new Set((await this.ledger.history(party)).value.map(({ position }) => position));
    const positions: bigint[] = [];
    for await (const event of this.ledger.feed({})) {
      const named = await Promise.all(
        partiesOf(lenient.get(event.type), event).map((one) => this.ledger.canonical(one)),
      );
      if (named.includes(party) || counting.has(event.position)) positions.push(event.position);
    }
    return positions;
  }

  async close(): Promise<void> {
    await this.ledger.close();
    for (const file of ['ledger', 'views'])
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.file}.${file}.db${suffix}`, { force: true });
  }
}

async function straight(history: History): Promise<string> {
  const driven = await new Driven().start(1_000);
  await driven.record(history);
  await driven.projector.catchUp();
  const hash = await driven.hash();
  await driven.close();
  return hash;
}

const shuffled = (history: History): fc.Arbitrary<History> =>
  fc.shuffledSubarray([...history], { minLength: history.length });
const runs = {
  numRuns: Number(process.env['RAPPORT_TEST_RUNS'] ?? 60),
  interruptAfterTimeLimit: 120_000,
  markInterruptAsFailure: false,
} as const;

describe('every registered view', () => {
  it('says the same bytes whatever the order of arrival, the batches, repeats, restarts and ways to catch up', async () => {
    const cases = histories(lenient, 40).chain((history) =>
      fc.record({
        history: fc.constant(history),
        arrival: shuffled(history),
        repeats: fc.subarray([...history]),
        batchSizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        lives: fc.array(fc.record({ steps: fc.nat(6), build: fc.constantFrom('none', 'whole', 'cut off') }), {
          maxLength: 3,
        }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ history, arrival, repeats, batchSizes, lives }) => {
        const driven = await new Driven().start(batchSizes[0] as number);
        const half = Math.ceil(arrival.length / 2);
        await driven.record(arrival.slice(0, half));
        for (const [at, { steps, build }] of lives.entries()) {
          for (let step = 0; step < steps; step++) await driven.projector.step();
          if (build === 'whole') await driven.projector.catchUpByBuilding();
          if (build === 'cut off') await driven.cutOffCatchingUp();
          await driven.restart(batchSizes[at % batchSizes.length] as number);
        }
        await driven.record([...arrival.slice(half), ...repeats]);
        if (lives.at(-1)?.build === 'whole') await driven.projector.catchUpByBuilding();
        await driven.projector.catchUp();
        const live = await driven.hash();
        expect(await driven.replayed()).toBe(live);
        for (const party of PARTIES) expect(await driven.onRecord(party)).toEqual(await driven.naming(party));
        await driven.projector.rebuild(views.map(({ name }) => name));
        const rebuilt = await driven.hash();
        await driven.close();
        expect(rebuilt).toBe(live);
        expect(live).toBe(await straight(history));
      }),
      runs,
    );
  }, 300_000);

  it('refuses to replay what the views have not reached', async () => {
    const driven = await new Driven().start(1);
    await driven.record([touchpoint('InquiryReceived', 'i-1', { time: '2025-12-31T00:00:00.000Z' })]);
    const { position: knownAt } = await driven.ledger.head();
    await expect(driven.ledger.replay('timeline', { knownAt })).rejects.toMatchObject({
      code: 'VIEW_BEHIND',
    });
    await driven.projector.catchUp();
    expect((await driven.ledger.replayHash('timeline', { knownAt })).value.documents).toBe(1);
    await driven.close();
  });

  it('replays any key, at any bounds, to what a ledger that ended there would say', async () => {
    const cases = histories(lenient, 25).chain((history) =>
      fc.record({ history: fc.constant(history), cut: fc.integer({ min: 1, max: history.length }) }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ history, cut }) => {
        const whole = await new Driven().start(7);
        for (const touchpoint of history) await whole.record([touchpoint]); // one by one: positions in this order
        await whole.projector.catchUp();
        const part = await new Driven().start(7);
        for (const touchpoint of history.slice(0, cut)) await part.record([touchpoint]);
        await part.projector.catchUp();
        const knownAt = (await part.ledger.head()).position;
        for (const view of views) {
          if (view.shape === 'entries') {
            for (const key of [...PARTIES, 'policy/loyalty']) {
              const then = await whole.ledger.allEntries(view.name, key, { knownAt });
              expect(then.value).toEqual((await part.ledger.allEntries(view.name, key)).value);
            }
            continue;
          }
          const then = await collect(whole.ledger.documents(view.name, { knownAt }));
          expect(then).toEqual(await collect(part.ledger.documents(view.name)));
        }
        await whole.close();
        await part.close();
      }),
      { ...runs, numRuns: Math.ceil(runs.numRuns / 3) },
    );
  }, 300_000);
});

async function collect(
  documents: AsyncIterable<{ readonly key: string; readonly doc: JsonObject }>,
): Promise<Record<string, JsonObject>> {
  const found: [string, JsonObject][] = [];
  for await (const { key, doc } of documents) found.push([key, doc]);
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}
