import { afterAll, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import type { KeptLeaf, LeafStore, Lease } from '@rapport/ledger';
import { failure, leafStoreContract, mongoDbForTests, sampleLeaves } from '@rapport/testing';
import type { Collection, Document } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { databaseUnderTest } from './database-under-test.js';
import { mongoLeafStore } from './leaf-store.js';
import { LeafWriter, type LeafWriterParts } from './leaf-store-writer.js';
import { mongoViewStore } from './view-store.js';

const url = await mongoDbForTests();
const database = url === undefined ? undefined : await databaseUnderTest(url);
afterAll(() => database?.dispose());

let tenants = 0;

/** A tenant of its own, with a view store whose leases run out as a spec likes. */
async function newTenant(mongo: MongoConnection) {
  const tenant = `t${++tenants}`;
  let nowMs = 0;
  const views = mongoViewStore({ mongo, tenant, now: () => nowMs });
  const takeLease = async (owner: string): Promise<Lease> => {
    nowMs += 60_000;
    const lease = await views.lease('sealer', owner, 1_000);
    if (lease === undefined) throw new Error('the lease before has not run out');
    return lease;
  };
  return { tenant, takeLease, open: () => mongoLeafStore({ mongo, tenant }) };
}

(database === undefined ? describe.skip : describe)('with a server', () => {
  leafStoreContract('the leaf store on MongoDB', async () => {
    const { takeLease, open } = await newTenant(database!.mongo);
    const stores: LeafStore[] = [];
    const another = async (): Promise<LeafStore> => {
      const store = await open();
      stores.push(store);
      return store;
    };
    return {
      store: await another(),
      another,
      takeLease,
      dispose: async () => {
        for (const store of stores) await store.close();
      },
    };
  });
  describe('the leaf store on MongoDB, beyond that,', () => specsOf(() => database!.mongo));
});

/** Stops before each of its calls to the server until it is let on. */
class Stepping {
  private gate: (() => void) | undefined;
  private arrived: (() => void) | undefined;
  steps = 0;

  collection<T extends Document>(real: Collection<T>): Collection<T> {
    return new Proxy(real, {
      get: (target, name: keyof Collection<T>) => {
        const member = target[name];
        if (typeof member !== 'function') return member;
        const call = member.bind(target) as (...args: unknown[]) => unknown;
        if (name === 'find') return call;
        return async (...args: unknown[]) => {
          await this.stop();
          return call(...args);
        };
      },
    });
  }

  /** Lets some calls through, and resolves when the next one waits. */
  async let(count: number): Promise<void> {
    for (let step = 0; step < count; step++) {
      const arrived = new Promise<void>((resolve) => (this.arrived = resolve));
      this.open();
      await arrived;
    }
  }

  /** Lets everything through from now on. */
  end(): void {
    this.isEnded = true;
    this.open();
  }

  private isEnded = false;

  private open(): void {
    this.gate?.();
    this.gate = undefined;
  }

  private async stop(): Promise<void> {
    this.steps++;
    if (this.isEnded) return;
    const opened = new Promise<void>((resolve) => (this.gate = resolve));
    this.arrived?.();
    await opened;
  }
}

function specsOf(connection: () => MongoConnection): void {
  const partsOf = (tenant: string): LeafWriterParts => ({
    tenant,
    leaves: connection().exact(tenant, 'log.leaves'),
    end: connection().exact(tenant, 'log.end'),
    leases: connection().exact(tenant, 'leases'),
  });
  /** A writer that waits before each call to the server. */
  const steppingWriter = (tenant: string) => {
    const stepping = new Stepping();
    const parts = partsOf(tenant);
    const writer = new LeafWriter({
      tenant,
      leaves: stepping.collection(parts.leaves),
      end: stepping.collection(parts.end),
      leases: stepping.collection(parts.leases),
    });
    return { writer, stepping };
  };
  const outcomeOf = (append: Promise<unknown>): Promise<string> =>
    append.then(
      () => 'added',
      (error: unknown) => (error instanceof RapportError ? error.code : String(error)),
    );

  it('leaves that were written before a crash and do not count yet are seen by nobody, and taken in by the next sealer', async () => {
    const { tenant, takeLease, open } = await newTenant(connection());
    const store = await open();
    await store.append(sampleLeaves(0, 3), await takeLease('worker-1'));
    const { writer, stepping } = steppingWriter(tenant);
    const lease = await takeLease('worker-1'); // the same token: it has not been another's meanwhile
    const dying = outcomeOf(writer.append(sampleLeaves(3, 4), lease));
    await stepping.let(3); // end read, lease read, leaves inserted; the end is not moved any more
    expect(await partsOf(tenant).leaves.countDocuments()).toBe(7);
    expect(await store.end()).toMatchObject({ size: 3 });
    const places = sampleLeaves(3, 4).map(({ stream, revision }) => ({ stream, revision }));
    expect(await store.leafHashesOf(places)).toEqual([undefined, undefined, undefined, undefined]);
    expect(await store.leavesAt([2, 3, 4])).toHaveLength(1);
    expect(await store.leafIndexesOf(sampleLeaves(3, 1).map(({ position }) => position))).toEqual([
      undefined,
    ]);
    await failure(store.nodes([{ level: 2, index: 0 }]), 'STORE_CORRUPT');
    expect(await store.recordedBy(2 ** 52)).toEqual(await store.last());
    await store.append(sampleLeaves(3, 2), await takeLease('worker-2'));
    await store.append(sampleLeaves(5, 6), await takeLease('worker-3'));
    expect(await store.end()).toMatchObject({ size: 11 });
    expect(await store.leavesAt([3, 4, 5, 6, 7])).toHaveLength(5);
    stepping.end();
    expect(await dying).toBe('LEASE_LOST');
    expect(await store.end()).toMatchObject({ size: 11 });
  });

  it('a writer may lose its lease before any of its steps: the log is that of its successor, whole', async () => {
    for (let before = 0; before <= 5; before++) {
      for (let between = 0; between <= 5; between++) {
        const { tenant, takeLease, open } = await newTenant(connection());
        const store = await open();
        await store.append(sampleLeaves(0, 2), await takeLease('worker-0'));
        const [late, next] = [steppingWriter(tenant), steppingWriter(tenant)];
        const lateOutcome = outcomeOf(late.writer.append(sampleLeaves(2, 3), await takeLease('worker-1')));
        await Promise.race([late.stepping.let(before), lateOutcome]);
        const nextOutcome = outcomeOf(next.writer.append(sampleLeaves(2, 5), await takeLease('worker-2')));
        await Promise.race([next.stepping.let(between), nextOutcome]);
        late.stepping.end();
        const lateSaid = await lateOutcome;
        next.stepping.end();
        expect(await nextOutcome).toBe('added');
        // It may still have been in time, when its last step came before the first of its successor.
        expect(['added', 'LEASE_LOST']).toContain(lateSaid);
        expect(await store.end()).toEqual({ size: 7, position: sampleLeaves(6, 1)[0]!.position });
        expect(await store.leavesAt([0, 1, 2, 3, 4, 5, 6, 7])).toHaveLength(7);
        expect((await store.last())?.recordedAtMs).toBe(sampleLeaves(6, 1)[0]!.recordedAtMs);
      }
    }
  }, 60_000);

  it('leaves of another ledger that were left behind the end are not taken for its own', async () => {
    const { tenant, takeLease, open } = await newTenant(connection());
    const { writer, stepping } = steppingWriter(tenant);
    const other = sampleLeaves(0, 3, { stream: 'relationship/7' });
    const dying = outcomeOf(writer.append(other, await takeLease('worker-1')));
    await stepping.let(5);
    const store = await open();
    await failure(store.append(sampleLeaves(0, 3), await takeLease('worker-2')), 'STORE_CORRUPT');
    expect(await store.end()).toEqual({ size: 0, position: 0n });
    stepping.end();
    expect(await dying).toBe('LEASE_LOST');
  });

  it('a lease of leases that began anew serves, though its token is smaller than the one the end bears', async () => {
    const { tenant, takeLease, open } = await newTenant(connection());
    const store = await open();
    await takeLease('worker-1');
    const before = await takeLease('worker-2');
    await store.append(sampleLeaves(0, 3), before);
    await partsOf(tenant).leases.deleteMany({});
    const lease = await takeLease('worker-1');
    expect(lease.token).toBeLessThan(before.token);
    await store.append(sampleLeaves(3, 3), lease);
    expect(await store.end()).toMatchObject({ size: 6 });
  });

  it('a log whose end was lost is found again, leaf by leaf', async () => {
    const { tenant, takeLease, open } = await newTenant(connection());
    const lease = await takeLease('worker-1');
    await (await open()).append(sampleLeaves(0, 5), lease);
    await partsOf(tenant).end.deleteMany({});
    const store = await open();
    expect(await store.end()).toEqual({ size: 0, position: 0n });
    await store.append(sampleLeaves(0, 3), lease);
    await store.append(sampleLeaves(3, 4), lease);
    expect(await store.end()).toMatchObject({ size: 7 });
  });

  it('repeated positions and positions that go back are refused', async () => {
    const { takeLease, open } = await newTenant(connection());
    const [store, lease] = [await open(), await takeLease('worker-1')];
    await store.append(sampleLeaves(0, 2), lease);
    const [last, next] = sampleLeaves(1, 2) as [KeptLeaf, KeptLeaf];
    await failure(store.append([{ ...next, position: last.position }], lease), 'STORE_CORRUPT');
    await failure(store.append([next, { ...next, index: 3 }], lease), 'STORE_CORRUPT');
    expect(await store.end()).toMatchObject({ size: 2 });
  });

  it('tenants beside each other do not see each other', async () => {
    const [one, other] = [await newTenant(connection()), await newTenant(connection())];
    await (await one.open()).append(sampleLeaves(0, 2), await one.takeLease('worker-1'));
    expect(await (await other.open()).end()).toEqual({ size: 0, position: 0n });
  });
}
