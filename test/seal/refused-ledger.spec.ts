import { afterEach, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { eventSealer, type LeafStore, type SaltedEvent } from '@rapport/ledger';
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

  it('lets other processes know what it refuses, and when that is over', async () => {
    const log = followed();
    await log.ledger.grow(40);
    await log.followToEnd();
    const right = log.ledger;
    log.ledger = log.newLedger();
    const said: (string | undefined)[] = [];
    log.start('worker-1', { publishRefusal: async (why) => void said.push(why) });
    await until(() => said.length > 0);
    expect(said[0]).toMatch(/older copy/);
    log.ledger = right;
    await right.grow(1);
    await log.sealed(41);
    await until(() => said.at(-1) === undefined);
  });

  it('lets them know that there is no key to sign with, and seals all the same', async () => {
    const log = followed();
    await log.ledger.grow(3);
    const noKey = new RapportError('LOG_NOT_SIGNED', 'the key is not there');
    const said: (string | undefined)[] = [];
    let isThere = false;
    const { follower } = log.start('worker-1', {
      publishRefusal: async (why) => void said.push(why),
      openSigner: () => (isThere ? log.openSigner() : Promise.reject(noKey)),
    });
    await log.sealed(3);
    await until(() => said.at(-1) === noKey.message);
    expect((await follower.health()).refused).toBe(noKey);
    isThere = true;
    await until(() => said.at(-1) === undefined);
    expect(log.heads.kept).toHaveLength(1);
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
