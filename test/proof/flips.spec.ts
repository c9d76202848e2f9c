// One bit of the file of a ledger is flipped: then the event that it shows in is named, or what of the file is damaged, or
// the file is refused; or it still says the very same. Of the bits a seeded share is flipped; with RAPPORT_FLIPS=all every
// bit of a ledger of 200 events, and 20,000 of one of 100,000 (see CONTRIBUTING.md).
//
// To verify a whole ledger for each bit would take days, so it is done only where less does not decide: whoever reads the
// same values decides the same, and an event that is damaged is found by verifying it. Of the flips decided in these ways
// a sample is verified as a whole too.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { Differences, type Difference } from './flip-difference.js';
import { everythingIn, isNamedIn, outcomeOf, type Outcome } from './flip-outcome.js';
import { bitsOf, flip, ledgerToFlip, seeded, type LedgerToFlip } from './ledger-to-flip.js';

const isFull = process.env['RAPPORT_FLIPS'] === 'all';
jest.setTimeout(isFull ? 8 * 3_600_000 : 300_000);

const folder = mkdtempSync(join(tmpdir(), 'rapport-flips-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One in so many of the flips that are decided by less than a whole verification is verified as a whole all the same. */
const SAMPLE = isFull ? 500 : 50;
const FLIPS_PER_PROGRESS = 5_000;

/** What became of flips: of those that change nothing that can be read, `none`. */
type Counts = Partial<Record<Outcome | 'none' | 'verified as a whole', number>>;
/** Flips that are not found as they should be, and how. */
type Wrong = (readonly [bit: number, difference: Difference, ...found: readonly unknown[]])[];

/** Flips bits of a ledger one at a time. */
async function flipEach(
  ledger: LedgerToFlip,
  bits: Iterable<number>,
): Promise<{ counts: Counts; wrong: Wrong }> {
  const counts: Counts = {};
  const wrong: Wrong = [];
  const count = (what: keyof Counts): void => void (counts[what] = (counts[what] ?? 0) + 1);
  const copy = `${ledger.file}-copy`;
  copyFileSync(ledger.file, copy);
  const differences = new Differences(ledger, copy);
  const whole = await everythingIn(ledger);
  const random = seeded(2);

  const look = async (bit: number): Promise<void> => {
    const difference = differences.of(bit);
    const isNamed = difference.in === 'events' && (await isNamedIn(ledger, difference.positions));
    const decided = difference.in === 'none' ? 'none' : isNamed ? 'event' : undefined;
    if (decided !== undefined) count(decided);
    if (decided !== undefined && random() > 1 / SAMPLE) return;
    const [outcome, named] = await outcomeOf(ledger, whole);
    count(decided === undefined ? outcome : 'verified as a whole');
    if (!isRight(outcome, named, difference, isNamed)) wrong.push([bit, difference, outcome, named]);
  };

  let done = 0;
  for (const bit of bits) {
    flip(ledger.file, bit);
    try {
      await look(bit);
    } finally {
      flip(ledger.file, bit);
    }
    if (isFull && ++done % FLIPS_PER_PROGRESS === 0)
      process.stderr.write(`${done} bits: ${JSON.stringify({ ...counts, wrong: wrong.length })}\n`);
  }
  differences.close();
  return { counts, wrong };
}

/** Whether a whole verification finds what the difference lets expect. */
function isRight(outcome: Outcome, named: unknown, difference: Difference, isNamed: boolean): boolean {
  if (outcome === 'unnoticed' || outcome === 'unclear' || (isNamed && outcome !== 'event')) return false;
  if (outcome !== 'event' || difference.in === 'elsewhere') return true;
  return difference.in === 'events' && difference.positions.some((position) => position === named);
}

/** Some of the bits of a ledger, the same in every run. */
function* someBits(ledger: LedgerToFlip, count: number): Generator<number> {
  const random = seeded(1);
  for (let left = count; left > 0; left--) yield Math.floor(random() * bitsOf(ledger));
}

function* allBits(ledger: LedgerToFlip): Generator<number> {
  for (let bit = 0; bit < bitsOf(ledger); bit++) yield bit;
}

describe.each(
  isFull
    ? [
        { events: 200, streams: 10, flips: 'all' as const },
        { events: 100_000, streams: 1_000, flips: 20_000 },
      ]
    : [
        { events: 200, streams: 10, flips: 2_000 },
        { events: 10_000, streams: 100, flips: 2_000 },
      ],
)('a ledger of $events events of which a bit is flipped ($flips bits)', ({ events, streams, flips }) => {
  it('is found to be damaged, or says the very same', async () => {
    const ledger = await ledgerToFlip(join(folder, `${events}.db`), streams, events / streams);
    const image = readFileSync(ledger.file);
    const { counts, wrong } = await flipEach(
      ledger,
      flips === 'all' ? allBits(ledger) : someBits(ledger, flips),
    );
    if (isFull) process.stderr.write(`${events} events: ${JSON.stringify({ counts, wrong })}\n`);
    expect(wrong).toEqual([]);
    expect(counts.event).toBeGreaterThan(counts.none ?? Infinity);
    expect(readFileSync(ledger.file).equals(image)).toBe(true); // each was flipped alone, and reading writes nothing
  });
});
