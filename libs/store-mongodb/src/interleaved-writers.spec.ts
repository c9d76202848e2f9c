import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import type { Change, Lease, ViewShape, ViewStore } from '@rapport/ledger';
import { all, mongoDbForTests } from '@rapport/testing';
import type { MongoConnection } from './connection.js';
import { databaseUnderTest, type DatabaseUnderTest } from './database-under-test.js';
import { mongoViewStore } from './view-store.js';

jest.setTimeout(240_000);

const url = await mongoDbForTests();

const TALLY: ViewShape = {
  name: 'sums',
  version: 1,
  shape: 'tally',
  fields: [{ name: 'n', type: 'integer' }],
};
const NEXT: ViewShape = { ...TALLY, version: 2 };
const ENTRIES: ViewShape = { name: 'lines', version: 1, shape: 'entries', fields: [] };

const sum = (key: string, n: number): Change => ({ op: 'put', key, doc: { n }, fence: '', fields: { n } });
const gone = (key: string): Change => ({ op: 'delete', key });
const place = (id: string) => ({
  time: '2026-01-31T12:00:00.000Z',
  source: 's',
  id,
  subject: 'relationship/1',
});
const line = (id: string, text: string, position: bigint): Change => ({
  op: 'putEntry',
  key: '1',
  place: place(id),
  entry: { text },
  position,
  recordedat: '2026-01-31T12:00:00.000Z',
});
const noLine = (id: string): Change => ({ op: 'deleteEntry', key: '1', place: place(id) });

/** What a writer does in these specs, each in several steps at the server. */
const WORK: Readonly<Record<string, (store: ViewStore, lease: Lease) => Promise<void>>> = {
  save: (store, lease) =>
    store.save({
      views: [
        {
          view: TALLY,
          changes: [sum('a', 2), sum('new', 2), gone('b')],
          park: [{ key: 'parked', position: 15n, error: 'TypeError', waiting: 2 }],
        },
        { view: ENTRIES, changes: [line('2', 'second', 15n), noLine('1')] },
      ],
      index: { history: [{ key: 'a', position: 15n }], corrections: [], merges: [] },
      checkpoint: 20n,
      events: 20,
      lease,
    }),
  unpark: (store, lease) => store.unpark(TALLY, 'parked', [sum('parked', 5), sum('a', 7)], lease),
  build: (store, lease) => store.build(NEXT, lease),
  swap: (store, lease) => store.swap(NEXT, lease),
  drop: (store, lease) => store.drop(ENTRIES, lease),
};

const STEPS_MAX = 60;

(url === undefined ? describe.skip : describe)('a writer of views in MongoDB', () => {
  let database: DatabaseUnderTest;
  let ours: MongoConnection;
  let theirs: MongoConnection;
  let tenants = 0;
  beforeAll(async () => {
    database = await databaseUnderTest(url ?? '');
    ours = await database.another();
    theirs = database.mongo;
  });
  afterAll(() => database.dispose());

  /** Everything that can be read of the views. */
  const contentOf = async (store: ViewStore): Promise<unknown> => {
    const live = (await store.versions()).filter(({ state }) => state !== 'building');
    const copies = [];
    for (const copy of live) copies.push([copy, await all(store.scan(copy))]);
    return {
      copies,
      building: (await store.versions()).filter(({ state }) => state === 'building').length,
      parked: await store.parked(),
      indexed: await store.indexCheckpoint(),
    };
  };

  /** A tenant whose views hold a first batch, with a writer whose way to the server can be cut or held up. */
  const begin = async (name: string) => {
    const tenant = `t${++tenants}`;
    const clock = { nowMs: 1_000_000 };
    const now = (): number => clock.nowMs;
    let before: (step: number) => Promise<void> = () => Promise.resolve();
    let after: (step: number) => void = () => undefined;
    let steps = 0;
    const way = Object.create(ours) as MongoConnection;
    way.run = async (work) => {
      const step = steps++;
      await before(step);
      const answer = await ours.run(work);
      after(step);
      return answer;
    };
    const store = mongoViewStore({ mongo: way, tenant, now });
    const other = mongoViewStore({ mongo: theirs, tenant, now });
    const lease = (await store.lease('projector', 'one', 1_000)) as Lease;
    for (const view of [TALLY, ENTRIES]) {
      await store.declare(view);
      await store.build(view, lease);
      await store.swap(view, lease);
    }
    await store.declare(NEXT);
    if (name === 'swap') await store.build(NEXT, lease);
    await store.save({
      views: [
        {
          view: TALLY,
          changes: [sum('a', 1), sum('b', 1)],
          park: [{ key: 'parked', position: 3n, error: 'TypeError', waiting: 1 }],
        },
        { view: ENTRIES, changes: [line('1', 'first', 5n)] },
      ],
      checkpoint: 10n,
      events: 10,
      lease,
    });
    return {
      store,
      other,
      lease,
      takeOver: async (): Promise<Lease> => {
        clock.nowMs += 2_000;
        return (await other.lease('projector', 'two', 60_000)) as Lease;
      },
      onStep: (hooks: { before?: typeof before; after?: typeof after }): void => {
        steps = 0;
        before = hooks.before ?? before;
        after = hooks.after ?? after;
      },
      steps: () => steps,
    };
  };

  const names = Object.keys(WORK);
  const work = (name: string, store: ViewStore, lease: Lease): Promise<void> =>
    (WORK[name] as (typeof WORK)[string])(store, lease);
  const cut = (): never => {
    throw new RapportError('STORE_UNAVAILABLE', 'the way to the server is cut');
  };

  describe.each(['before the request arrives', 'after its answer is lost'])(
    'killed at any step, %s,',
    (when) => {
      it.each(names)('leaves a whole %s or none of it to its successor', async (name) => {
        const whole = await begin(name);
        const untouched = await contentOf(whole.other);
        await work(name, whole.store, whole.lease);
        const done = await contentOf(whole.other);
        expect(done).not.toEqual(untouched);
        let happened = 0;
        let cutAt = 0;
        for (let finished = false; !finished; cutAt++) {
          expect(cutAt).toBeLessThan(STEPS_MAX);
          const { store, other, lease, onStep, takeOver } = await begin(name);
          let reached = false;
          const at = (step: number): void => {
            if (step < cutAt) return;
            reached = true;
            cut();
          };
          onStep(when.startsWith('before') ? { before: async (step) => at(step) } : { after: at });
          const outcome = await work(name, store, lease).then(
            () => 'done',
            () => 'failed',
          );
          await takeOver();
          const left = await contentOf(other);
          if (outcome === 'done') expect(left).toEqual(done);
          else expect([untouched, done]).toContainEqual(left);
          if (JSON.stringify(left, bigints) === JSON.stringify(done, bigints)) happened++;
          finished = !reached;
        }
        expect(happened).toBeGreaterThan(1);
        expect(cutAt).toBeGreaterThan(3);
      });
    },
  );

  describe('held up at any step while another takes the lease over and writes', () => {
    it.each(names)('changes nothing any more when its %s goes on', async (name) => {
      for (let heldAt = 0, finished = false; !finished; heldAt++) {
        expect(heldAt).toBeLessThan(STEPS_MAX);
        const { store, other, lease, onStep, takeOver } = await begin(name);
        const held = newSignal();
        const free = newSignal();
        onStep({
          before: async (step) => {
            if (step < heldAt) return;
            held.give();
            await free.given;
          },
        });
        const outcome = work(name, store, lease).then(
          () => 'done',
          (error: unknown) => (error instanceof RapportError ? error.code : String(error)),
        );
        const first = await Promise.race([outcome, held.given.then(() => 'held')]);
        finished = first === 'done';
        const theirLease = await takeOver();
        // What they write undoes or overwrites all that ours touches, in what they find live.
        const live = (await other.versions('sums')).find(({ state }) => state === 'live') ?? TALLY;
        await other.save({
          views: [{ view: live, changes: [sum('a', 99), gone('new'), sum('b', 98), gone('parked')] }],
          checkpoint: 30n,
          events: 30,
          lease: theirLease,
        });
        await other.unpark(live, 'parked', [sum('parked', 97)], theirLease);
        await other.build(NEXT, theirLease).catch((error: unknown) => error);
        const theirs_ = await contentOf(other);
        free.give();
        expect(['done', 'LEASE_LOST']).toContain(await outcome);
        expect(await contentOf(other)).toEqual(theirs_);
        expect(await other.load(live, ['a', 'b', 'new'])).toMatchObject([
          { key: 'a', doc: { n: 99 }, position: 30n },
          { key: 'b', doc: { n: 98 }, position: 30n },
        ]);
      }
    });
  });

  // Where the views stand is read first by a projector that does not know what became of a save.
  it.each<[string, (store: ViewStore) => Promise<unknown>]>([
    ['documents', async () => undefined],
    ['checkpoints', async (store) => (await store.versions('sums'))[0]?.checkpoint === 20n],
    ['the checkpoint of its index', async (store) => (await store.indexCheckpoint()) === 20n],
    ['parked keys', async (store) => (await store.parked('sums')).some(({ waiting }) => waiting === 2)],
  ])('finishes its own interrupted write before it reads %s', async (_, isDoneBy) => {
    for (let cutAt = 0, finished = false; !finished; cutAt++) {
      const { store, lease, onStep } = await begin('save');
      let reached = false;
      onStep({
        after: (step) => {
          if (step !== cutAt) return;
          reached = true;
          cut();
        },
      });
      await work('save', store, lease).catch(() => undefined);
      finished = !reached;
      onStep({ after: () => undefined });
      const wasDone = await isDoneBy(store);
      const [a] = await store.load(TALLY, ['a']);
      if (wasDone !== undefined) expect(a?.doc['n'] === 2).toBe(wasDone);
      const [version] = await store.versions('sums');
      expect([a?.doc, version?.checkpoint]).toEqual(
        version?.checkpoint === 20n ? [{ n: 2 }, 20n] : [{ n: 1 }, 10n],
      );
    }
  });

  it('fills no copy that another has begun', async () => {
    const { store, other, lease, takeOver } = await begin('build');
    await store.build(NEXT, lease);
    const theirLease = await takeOver();
    const fill = { views: [{ view: NEXT, changes: [sum('a', 1)] }], position: 10n };
    await expect(other.fill({ ...fill, lease: theirLease })).rejects.toMatchObject({
      code: 'VIEW_NOT_FOUND',
    });
    await other.build(NEXT, theirLease);
    await other.fill({ ...fill, lease: theirLease });
    await expect(store.fill({ ...fill, lease })).rejects.toBeInstanceOf(RapportError);
    expect(await other.count(NEXT)).toBe(1);
  });
});

const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function newSignal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}
