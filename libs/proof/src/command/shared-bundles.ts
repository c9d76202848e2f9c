import { BundleReading, readingBytes } from '../tiles/bundle-reading.js';

/** Bundles that are held at once: about 13 MB. */
export const SLOTS = 48;
/** How many bundles a thread begins before the one that is due: those are done before it could have read them. */
export const LEAD = 16;
/** Bundles after which threads that wait for free slots are woken: waking takes longer than looking. */
const WAKING_EVERY = 8;
/** Longer bundles, of entries of more than 1 kB each, are left to who verifies. */
const BUNDLE_BYTES_MAX = 2 ** 18;

// Words of the state, all numbers of bundles. They go on over several passes, so that none comes twice.
/** The bundle that is due. */
const DUE = 0;
/** The next one that no thread has taken on. */
const NEXT = 1;
/** The first that is not asked for yet. */
const END = 2;
/** From here on, for each slot: the bundle in it and 1, or one of the two below. */
const IN_SLOT = 3;
const NOTHING = 0;
const BEING_READ = -1;
const STATE_BYTES = (IN_SLOT + SLOTS) * Int32Array.BYTES_PER_ELEMENT;
const SLOT_BYTES = readingBytes(BUNDLE_BYTES_MAX);

/**
 * The bundle to read next while `due` is due and the threads have taken on those before `next`; undefined while there is
 * no slot for it, or none is asked for.
 */
export function toReadNext(due: number, next: number, end: number): number | undefined {
  // One that is due at once would be read twice, and so would all that follow it.
  const number = next > due + 1 ? next : due + LEAD;
  return number < Math.min(due + SLOTS, end) ? number : undefined;
}

/** The largest number of a bundle that the state can hold. */
export const BUNDLES_MAX = 2 ** 31 - 1 - LEAD;

/**
 * Memory in which threads read bundles ahead of the one that verifies them. That one never waits: a bundle that is not
 * there when it is due, it reads itself. So a thread that is slow, or ended, costs time and nothing else. Bundle n is in
 * slot n modulo their number, and a slot is written again only when its bundle is behind the one that is due.
 */
export class SharedBundles {
  private readonly state: Int32Array;
  private readonly readings: readonly BundleReading[];

  constructor(readonly buffer = new SharedArrayBuffer(STATE_BYTES + SLOTS * SLOT_BYTES)) {
    this.state = new Int32Array(buffer, 0, IN_SLOT + SLOTS);
    this.readings = Array.from(
      { length: SLOTS },
      (_, slot) => new BundleReading(BUNDLE_BYTES_MAX, buffer, STATE_BYTES + slot * SLOT_BYTES),
    );
  }

  /** Asks for bundles up to this number. */
  ask(end: number): void {
    Atomics.store(this.state, END, end);
  }

  /** The bundle of this number if it was read. Those before it are done with, and their slots are free. */
  take(number: number): BundleReading | undefined {
    Atomics.store(this.state, DUE, number);
    if (number % WAKING_EVERY === 0) Atomics.notify(this.state, DUE);
    return Atomics.load(this.state, this.slotOf(number)) === number + 1 ? this.in(number) : undefined;
  }

  /** Reads bundles ahead for ever. @param read reads one; what it answers `false` to is left to who verifies */
  serve(read: (number: number, reading: BundleReading) => boolean): never {
    for (;;) {
      const number = this.claim();
      const slot = this.slotOf(number);
      const before = Atomics.load(this.state, slot);
      // Another thread that was overtaken may still read an older bundle into this slot.
      if (before === BEING_READ || Atomics.compareExchange(this.state, slot, before, BEING_READ) !== before)
        continue;
      const isRead = read(number, this.in(number));
      Atomics.store(this.state, slot, isRead ? number + 1 : NOTHING);
    }
  }

  /** The next bundle to read, for this thread alone; waits until there is one. */
  private claim(): number {
    for (;;) {
      const due = Atomics.load(this.state, DUE);
      const next = Atomics.load(this.state, NEXT);
      const number = toReadNext(due, next, Atomics.load(this.state, END));
      if (number === undefined) Atomics.wait(this.state, DUE, due);
      else if (Atomics.compareExchange(this.state, NEXT, next, number + 1) === next) return number;
    }
  }

  private slotOf(number: number): number {
    return IN_SLOT + (number % SLOTS);
  }

  private in(number: number): BundleReading {
    return this.readings[number % SLOTS] as BundleReading;
  }
}
