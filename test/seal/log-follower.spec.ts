import { afterEach, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { headOf } from '@rapport/ledger';
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

  it('takes leaves that another one made, after its own lease ran out, for nothing that is wrong', async () => {
    const log = followed();
    await log.ledger.grow(5);
    const published: (string | undefined)[] = [];
    let reads = 0;
    const { failures } = log.start('worker-1', {
      events: {
        ...log.events,
        readSalted: async function* (options) {
          if (reads++ === 0) {
            log.expireLease(); // as if this process had stood still
            await log.start('worker-2').stop();
            await log.followToEnd({ owner: 'worker-3' });
          }
          yield* log.events.readSalted(options);
        },
      },
      publishRefusal: async (why) => void published.push(why),
    });
    await until(() => reads > 1);
    await log.ledger.grow(5);
    await log.sealed(10);
    expect(failures).toEqual([]);
    expect(published.filter((why) => why !== undefined)).toEqual([]);
    expect(await contentOf(log.log)).toEqual(await contentOf(log.ledger.log));
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
