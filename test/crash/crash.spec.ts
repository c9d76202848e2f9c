import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { openEmbedded } from '@rapport/profiles';
import { ReadyWriter, type Acknowledged, type Kill, type LastWords } from './killed-writer.js';

const CRASHES = Number(process.env['RAPPORT_TEST_CRASHES'] ?? 50);
const SEED = Number(process.env['RAPPORT_TEST_SEED'] ?? 20_261);
const TIMEOUT_MS = 60_000 + CRASHES * 8_000;

describe('a process that is killed while it writes', () => {
  let folder: string;
  let next: ReadyWriter;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-crash-'));
    next = new ReadyWriter(folder, '0');
  });
  afterAll(async () => {
    await next.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    `loses nothing that it acknowledged, in ${CRASHES} kills of one ledger`,
    async () => {
      const random = randomOf(SEED);
      const known = new KnownLedger();
      let unanswered: LastWords['unanswered'] = [];
      for (let round = 0; round < CRASHES; round++) {
        const writer = next;
        next = new ReadyWriter(folder, String(round + 1)); // starts while this one writes
        const words = await writer.writeAndBeKilled(unanswered, killOf(round, random));
        ({ unanswered } = words);
        await inLedger(folder, async (ledger) => {
          expect(await known.grow(ledger, words.acknowledged)).toEqual([]);
        });
      }
      expect(known.acknowledgements).toBeGreaterThan(CRASHES);

      await inLedger(folder, async (ledger) => {
        expect(await known.standsWhole(ledger)).toBe(true);
        await ledger.waitFor((await ledger.head()).position, TIMEOUT_MS);
        const kept = await ledger.hash();
        await ledger.rebuild(undefined);
        const rebuilt = await ledger.hash();
        expect(rebuilt.views).toEqual(kept.views);
        expect(await ledger.parked()).toEqual([]);
      });
    },
    TIMEOUT_MS,
  );
});

/** Most writers are killed while they write, some while they open the ledger; views are kept in the same thread or beside it. */
function killOf(round: number, random: () => number): Kill {
  const isEarly = random() < 0.2;
  return {
    round,
    projector: random() < 0.7 ? 'inline' : 'thread',
    from: isEarly ? 'start' : 'firstAcknowledgement',
    delayMs: Math.floor(random() * (isEarly ? 400 : 120)),
  };
}

/** What the ledger is known to hold: it may only grow, and every acknowledgement must be part of it. */
class KnownLedger {
  private readonly events: string[] = [];
  private readonly places = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly revisions = new Map<string, number>();
  private position = 0n;
  acknowledgements = 0;

  /** Reads what is new since the last time and holds the acknowledgements against it; gives what is wrong. */
  async grow(ledger: Ledger, acknowledged: readonly Acknowledged[]): Promise<readonly string[]> {
    const wrong: string[] = [];
    for await (const event of ledger.feed({ after: this.position })) {
      const place = placeOf(event);
      if (event.position <= this.position) wrong.push(`out of order: ${place}`);
      if (this.ids.has(event.id)) wrong.push(`recorded twice: ${place}`);
      if (event.revision !== (this.revisions.get(event.subject) ?? -1) + 1)
        wrong.push(`a gap before: ${place}`);
      this.position = event.position;
      this.ids.add(event.id);
      this.revisions.set(event.subject, event.revision);
      this.events.push(place);
      this.places.add(place);
    }
    for (const one of acknowledged) {
      if (one.status === 'rejected') wrong.push(`rejected: ${one.id}`);
      else if (!this.places.has(placeOf(one))) wrong.push(`acknowledged and lost: ${placeOf(one)}`);
    }
    this.acknowledgements += acknowledged.length;
    return wrong;
  }

  /** Reads everything from the beginning: whether it is what was seen piece by piece after every crash. */
  async standsWhole(ledger: Ledger): Promise<boolean> {
    let at = 0;
    for await (const event of ledger.feed({})) if (placeOf(event) !== this.events[at++]) return false;
    return at === this.events.length;
  }
}

const placeOf = ({
  id,
  subject,
  revision,
  position,
}: Pick<RecordedEvent, 'id' | 'subject' | 'revision'> & { readonly position: bigint | string }): string =>
  `${position} ${subject} ${revision} ${id}`;

async function inLedger(folder: string, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const rapport = await openEmbedded({ dataDir: join(folder, 'data'), projector: 'inline' });
  try {
    await work(await rapport.ledger('main'));
  } finally {
    await rapport.close();
  }
}

/** mulberry32: the same seed kills at the same moments. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
