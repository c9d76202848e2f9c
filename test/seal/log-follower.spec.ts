import { afterEach, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { eventSealer, headOf, type LeafStore, type SaltedEvent } from '@rapport/ledger';
import { noteVerifier, openCheckpoint } from '@rapport/proof';
import { all } from '@rapport/testing';
import { contentOf, FollowedLog, until } from './followed-ledger.js';

const opened: FollowedLog[] = [];
afterEach(async () => {
  for (const log of opened.splice(0)) await log.dispose();
});
function followed(sealer?: ConstructorParameters<typeof FollowedLog>[0]): FollowedLog {
  const log = new FollowedLog(sealer);
  opened.push(log);
  return log;
}

const sizeOf = (checkpoint: Uint8Array | undefined, verifierKey: string): number =>
  checkpoint === undefined ? 0 : openCheckpoint(checkpoint, noteVerifier(verifierKey)).checkpoint.size;

describe('a log that is followed', () => {
  it('is the log that the ledger would have sealed itself: leaves, tree and root', async () => {
    const log = followed();
    await log.ledger.grow(2_500);
    await log.followToEnd();
    expect(await contentOf(log.log)).toEqual(await contentOf(log.ledger.log));
    for (const size of [1, 2, 1_000, 1_023, 2_047, 2_500])
      expect(await headOf(log.log, size)).toEqual(await headOf(log.ledger.log, size));
  });

  it('grows with the ledger', async () => {
    const log = followed();
    const { follower, failures } = log.start();
    for (const size of [1, 2, 30]) {
      await log.ledger.grow(size - (await log.leaves.end()).size);
      await log.sealed(size);
    }
    expect(await contentOf(log.log)).toEqual(await contentOf(log.ledger.log));
    expect(await follower.health()).toMatchObject({ isSealing: true, size: 30, position: 30n, lag: 0 });
    expect(failures).toEqual([]);
  });

  it('answers as an embedded one does', async () => {
    const log = followed();
    await log.ledger.grow(700);
    await log.followToEnd();
    const [own, embedded] = [log.log, log.ledger.log];
    for (const indexes of [[0], [699, 3, 3, 700, 0], Array.from({ length: 600 }, (_, index) => index)])
      expect(await own.sealedAt(indexes)).toEqual(await embedded.sealedAt(indexes));
    for (const range of [{ from: 0, until: 3 }, { from: 498, until: 503 }, { from: 699 }, { from: 700 }])
      expect(await all(own.readSealed(range))).toEqual(await all(embedded.readSealed(range)));
    const positions = [700n, 1n, 701n];
    expect(await own.leafIndexesOf(positions)).toEqual(await embedded.leafIndexesOf(positions));
  });

  it('is taken up where it ends, without reading the ledger again', async () => {
    const log = followed();
    await log.ledger.grow(10_000);
    await log.followToEnd();
    await log.ledger.grow(10);
    const read: bigint[] = [];
    const { events } = log;
    await log.followToEnd({
      events: {
        ...events,
        readSalted: async function* (options) {
          for await (const event of events.readSalted(options)) {
            read.push(event.position);
            yield event;
          }
        },
      },
    });
    expect(read).toEqual(Array.from({ length: 10 }, (_, index) => BigInt(10_001 + index)));
    expect(await headOf(log.log, 10_010)).toEqual(await headOf(log.ledger.log, 10_010));
  });

  it('says how far behind it is, also where nobody follows', async () => {
    const log = followed();
    await log.ledger.grow(12);
    const { follower, stop } = log.start();
    await log.sealed(12);
    await stop();
    await log.ledger.grow(5);
    expect(await follower.health()).toEqual({
      isSealing: false,
      size: 12,
      position: 12n,
      lag: 5,
      refused: undefined,
    });
  });
});

describe('one of several followers', () => {
  it('seals, and the next takes over once its lease has run out', async () => {
    const log = followed();
    await log.ledger.grow(5);
    const stuck = { isStuck: false };
    const leases = {
      ...log.shared.leases,
      release: async () => undefined,
      lease: async (...asked: Parameters<typeof log.shared.leases.lease>) =>
        stuck.isStuck ? undefined : log.shared.leases.lease(...asked),
    };
    const first = log.start('worker-1', { leases });
    await log.sealed(5);
    const second = log.start('worker-2');
    await log.ledger.grow(5);
    await log.sealed(10);
    expect((await second.follower.health()).isSealing).toBe(false);
    stuck.isStuck = true; // as if it had died
    log.expireLease();
    await until(async () => (await second.follower.health()).isSealing);
    await log.ledger.grow(5);
    await log.sealed(15);
    await until(async () => !(await first.follower.health()).isSealing);
    expect(await contentOf(log.log)).toEqual(await contentOf(log.ledger.log));
    expect([...first.failures, ...second.failures]).toEqual([]);
  });

  it('takes over at once when the one before stops', async () => {
    const log = followed();
    const first = log.start('worker-1');
    await until(async () => (await first.follower.health()).isSealing);
    const second = log.start('worker-2');
    await first.stop();
    await log.ledger.grow(3);
    await log.sealed(3);
    expect((await second.follower.health()).isSealing).toBe(true);
  });
});

describe('a follower', () => {
  it('refuses a ledger that ends before the log does, also once that has grown beyond it, until the right one is back', async () => {
    const log = followed();
    await log.ledger.grow(40);
    await log.followToEnd();
    const right = log.ledger;
    log.ledger = log.newLedger();
    await log.ledger.salted.takeOver(await all(right.salted.readSalted({ after: 0n, countMax: 30 })));
    const { follower, failures } = log.start();
    await until(() => failures.length > 0);
    expect((await follower.health()).refused).toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('older copy'),
    });
    await log.ledger.add(Array.from({ length: 20 }, (_, index) => `relationship/other-${index}`));
    await until(async () => /is not the one/.test((await follower.health()).refused?.message ?? ''));
    expect((await log.leaves.end()).size).toBe(40);
    log.ledger = right;
    await right.grow(2);
    await log.sealed(42);
    expect((await follower.health()).refused).toBeUndefined();
    expect(await contentOf(log.log)).toEqual(await contentOf(right.log));
  });

  it('refuses a ledger whose last events were changed', async () => {
    const log = followed();
    await log.ledger.grow(100);
    await log.followToEnd();
    const right = log.ledger;
    log.ledger = log.newLedger();
    const events = await all(right.salted.readSalted({ after: 0n }));
    await log.ledger.salted.takeOver(
      events.map((event, index) => (index === 90 ? { ...event, body: '{"index":-1}' } : event)),
    );
    const { follower, failures } = log.start();
    await until(() => failures.length > 0);
    expect((await follower.health()).refused?.message).toMatch(/position 91 is not the one that leaf 90/);
  });

  it('refuses a stream with a gap, and says where', async () => {
    const log = followed();
    await log.ledger.grow(50);
    const { events } = log;
    const lost = 30n;
    const { follower, failures } = log.start('worker-1', {
      events: {
        ...events,
        readSalted: async function* (options) {
          for await (const event of events.readSalted(options)) if (event.position !== lost) yield event;
        },
      },
    });
    await until(() => failures.length > 0);
    const { refused, isSealing, size } = await follower.health();
    expect(refused?.message).toMatch(
      /position 37 \(relationship\/1, revision 5\) does not follow revision 3/,
    );
    expect({ isSealing, size }).toEqual({ isSealing: false, size: 0 });
  });

  it('refuses an event that comes twice, whether or not it remembers the first', async () => {
    for (const isRemembered of [true, false]) {
      const log = followed();
      await log.ledger.grow(20);
      if (!isRemembered) await log.followToEnd();
      await log.ledger.grow(1);
      const { events } = log;
      const { follower, failures } = log.start('worker-1', {
        events: {
          ...events,
          readSalted: async function* (options) {
            for await (const event of events.readSalted(options))
              yield event.position < 21n ? event : ({ ...event, revision: 1 } satisfies SaltedEvent);
          },
        },
      });
      await until(() => failures.length > 0);
      expect((await follower.health()).refused?.message).toMatch(/position 21 .* does not follow/);
    }
  });

  it('refuses an event that cannot be read, and says which', async () => {
    const log = followed(eventSealer);
    const parts = { sealer: eventSealer };
    const { events } = log;
    const unreadable: SaltedEvent = {
      id: '00000000-0000-5000-8000-000000000000',
      type: 'rapport.sale.SaleCompleted.v1',
      body: 'not JSON',
      recordedAtMs: 1,
      stream: 'relationship/42',
      revision: 0,
      position: 7n,
      salt: Buffer.alloc(16),
    };
    const { follower, failures } = log.start('worker-1', {
      ...parts,
      events: {
        ...events,
        readSalted: async function* () {
          yield unreadable;
        },
      },
    });
    await until(() => failures.length > 0);
    expect((await follower.health()).refused?.message).toMatch(
      /position 7 \(relationship\/42, revision 0\) cannot be read/,
    );
  });

  it('goes on after a store that did not answer, and says so once', async () => {
    const log = followed();
    await log.ledger.grow(10);
    let refusals = 3;
    const append: LeafStore['append'] = async (...added) => {
      if (refusals-- > 0) throw new RapportError('STORE_UNAVAILABLE', 'nobody answers');
      return log.leaves.append(...added);
    };
    const leaves = Object.assign(Object.create(log.leaves) as LeafStore, { append });
    const { failures } = log.start('worker-1', { leaves });
    await log.sealed(10);
    expect(failures).toEqual([expect.objectContaining({ code: 'STORE_UNAVAILABLE' })]);
  });
});

describe('the head of a log that is followed', () => {
  it('is signed while it grows, and at the end', async () => {
    const log = followed();
    const { stop } = log.start();
    await log.ledger.grow(5);
    await log.sealed(5);
    await until(() => sizeOf(log.heads.kept.at(-1), log.keys.verifierKey) === 5);
    await log.ledger.grow(5);
    await log.sealed(10);
    await stop();
    expect(sizeOf(log.heads.kept.at(-1), log.keys.verifierKey)).toBe(10);
    const { checkpoint } = openCheckpoint(log.heads.kept.at(-1)!, noteVerifier(log.keys.verifierKey));
    expect(Buffer.from(checkpoint.root)).toEqual(Buffer.from((await headOf(log.ledger.log, 10)).root));
  });

  it('that cannot be signed holds nothing up', async () => {
    const log = followed();
    const { failures, follower } = log.start('worker-1', {
      openSigner: () => Promise.reject(new RapportError('INVALID_CONFIGURATION', 'no key')),
    });
    for (const size of [5, 10]) {
      await log.ledger.grow(5);
      await log.sealed(size);
    }
    expect(failures).toEqual([expect.objectContaining({ code: 'INVALID_CONFIGURATION' })]);
    expect((await follower.health()).isSealing).toBe(true);
  });

  it('is not signed when it does not extend the last one, and the health says why', async () => {
    const log = followed();
    await log.ledger.grow(10);
    await log.followToEnd();
    const other = followed();
    await other.ledger.grow(20);
    other.heads.kept.push(...log.heads.kept);
    const { follower } = other.start();
    await other.sealed(20);
    await until(async () => (await follower.health()).refused !== undefined);
    expect((await follower.health()).refused?.code).toBe('LOG_NOT_SIGNED');
    expect(other.heads.kept).toHaveLength(log.heads.kept.length);
  });

  it('goes on when all leaves were lost and made again', async () => {
    const log = followed();
    await log.ledger.grow(2_300);
    await log.followToEnd();
    log.shared.kept.splice(0);
    await log.ledger.grow(100);
    const { follower, stop } = log.start();
    await log.sealed(2_400);
    await stop();
    expect((await follower.health()).refused).toBeUndefined();
    expect(sizeOf(log.heads.kept.at(-1), log.keys.verifierKey)).toBe(2_400);
  });
});
