import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { headOf, type LeafStore } from '@rapport/ledger';
import fc from 'fast-check';
import { contentOf, FollowedLog } from './followed-ledger.js';

const opened: FollowedLog[] = [];
afterAll(async () => {
  for (const log of opened.splice(0)) await log.dispose();
});

/** Streams of events one after the other, recorded by clocks of their own. */
const histories = fc.array(
  fc.record({ stream: fc.integer({ min: 0, max: 5 }), recordedAtMs: fc.integer({ min: 0, max: 50 }) }),
  { minLength: 1, maxLength: 80 },
);
type History = ReturnType<(typeof histories)['generate']>['value'];

/** What happens to an append: it is done; it is not, or is and nobody hears of it, or only some of it is. */
const fates = fc.infiniteStream(fc.constantFrom('done', 'done', 'lost', 'unheard', 'cut', 'overtaken'));

async function ledgerWith(history: History): Promise<FollowedLog> {
  const log = new FollowedLog();
  opened.push(log);
  await log.ledger.add(
    history.map(({ stream }) => `relationship/${stream}`),
    (index) => ({ recordedAtMs: history[index]!.recordedAtMs }),
  );
  return log;
}

/** A store whose appends go as their fates say; events come in batches of a few, as if the ledger grew meanwhile. */
function fated(
  log: FollowedLog,
  fate: () => string,
): Pick<Parameters<FollowedLog['start']>[1] & object, 'leaves' | 'events'> {
  const { leaves, events } = log;
  const broken = () => new RapportError('STORE_UNAVAILABLE', 'the connection was cut');
  const append: LeafStore['append'] = async (made, lease) => {
    const now = fate();
    if (now === 'overtaken') {
      log.expireLease();
      await log.shared.leases.lease('sealer', 'one in passing', 1);
      await sleep(6); // lets the other one in
    }
    if (now === 'lost') throw broken();
    await leaves.append(now === 'cut' ? made.slice(0, made.length >> 1) : made, lease);
    if (now === 'cut' || now === 'unheard') throw broken();
  };
  return {
    leaves: Object.assign(Object.create(leaves) as LeafStore, { append }),
    events: {
      ...events,
      readSalted: async function* (options) {
        let left = 1 + (fate().length % 5);
        for await (const event of events.readSalted(options)) {
          if (left-- === 0) return;
          yield event;
        }
      },
    },
  };
}

/** Tokens count how often the lease changed hands. */
const takenOver = async (log: FollowedLog): Promise<number> =>
  (await log.shared.leases.lease('sealer', 'spec', 1))?.token ?? 0;

const signed = { openSigner: async () => undefined };

describe('a log that is followed, whatever breaks', () => {
  it('has the leaves and the root that the ledger has itself, sealed by two that take it from each other', async () => {
    let changesOfHands = 0;
    const property = fc.asyncProperty(histories, fates, async (history, coming) => {
      const log = await ledgerWith(history);
      const fate = () => coming.next().value ?? 'done';
      const [first, second] = [1, 2].map((worker) =>
        log.start(`worker-${worker}`, { ...signed, ...fated(log, fate), backoffMsMin: 1, leaseTtlMs: 20 }),
      );
      await log.sealed(history.length);
      await first!.stop();
      await second!.stop();
      changesOfHands += await takenOver(log);
      expect(await contentOf(log.log)).toEqual(await contentOf(log.ledger.log));
      expect(await headOf(log.log, history.length)).toEqual(await headOf(log.ledger.log, history.length));
      const faults = [...first!.failures, ...second!.failures].filter(
        (error) => !(error instanceof RapportError && error.code === 'STORE_UNAVAILABLE'),
      );
      expect(faults).toEqual([]);
      await log.dispose();
    });
    await fc.assert(property, { numRuns: 25 });
    expect(changesOfHands).toBeGreaterThan(50);
  }, 120_000);

  it('knows for every instant how many events were recorded by then, though clocks go back', async () => {
    const property = fc.asyncProperty(histories, async (history) => {
      const log = await ledgerWith(history);
      await log.followToEnd(signed);
      for (let instant = 0; instant <= 51; instant += 3) {
        const later = history.findIndex(({ recordedAtMs }) => recordedAtMs > instant);
        const count = later < 0 ? history.length : later;
        expect((await log.leaves.recordedBy(instant))?.count ?? 0).toBe(count);
      }
      expect((await log.leaves.last())?.count).toBe(history.length);
      await log.dispose();
    });
    await fc.assert(property, { numRuns: 10 });
  }, 60_000);
});
