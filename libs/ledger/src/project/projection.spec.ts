import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RunningProjection } from './projection.js';
import type { Projector } from './projector.js';

const BATCH_SIZE = 1_000;

/** Counts batches in the place of a projector; what it lacks is what it is told to lack. */
class Batches {
  lacking = 0;
  sizes: number[] = [];
  readonly position = 0n;

  async step(): Promise<number> {
    const size = Math.min(this.lacking, BATCH_SIZE);
    this.lacking -= size;
    if (size > 0) this.sizes.push(size);
    return size;
  }

  async lag() {
    return { events: this.lacking, reflected: 0 };
  }

  async close(): Promise<void> {}
}

describe('a projection that follows a ledger', () => {
  let batches: Batches;
  let projection: RunningProjection;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    batches = new Batches();
    projection = new RunningProjection(batches as unknown as Projector, [], (error) => {
      throw error;
    });
  });
  afterEach(async () => {
    await projection.close();
    jest.useRealTimers();
  });

  async function grow(events: number, isAwaited = false): Promise<void> {
    batches.lacking += events;
    projection.wake(isAwaited);
    for (let turns = 0; turns < 10; turns++) await turn();
  }

  it('takes up the first event at once, and gathers those that come soon after it', async () => {
    await grow(1);
    await grow(1);
    await grow(1);
    expect(batches.sizes).toEqual([1]);
    jest.advanceTimersByTime(1_000);
    await grow(0);
    expect(batches.sizes).toEqual([1, 2]);
  });

  it('rests before it takes up a burst, unless somebody waits for it', async () => {
    await grow(100);
    expect(batches.sizes).toEqual([]);
    jest.advanceTimersByTime(300);
    await grow(0);
    expect(batches.sizes).toEqual([100]);
    jest.advanceTimersByTime(1_000);
    await grow(0);
    await grow(100, true);
    expect(batches.sizes).toEqual([100, 100]);
  });

  it('ends its rest before a burst when somebody begins to wait', async () => {
    await grow(100);
    await grow(0, true);
    expect(batches.sizes).toEqual([100]);
  });

  it('goes on at once when somebody waits for it', async () => {
    await grow(1);
    await grow(1, true);
    await grow(1, true);
    expect(batches.sizes).toEqual([1, 1, 1]);
  });

  it('does not rest before it has caught up', async () => {
    await grow(2.5 * BATCH_SIZE);
    jest.advanceTimersByTime(300);
    await grow(0);
    expect(batches.sizes).toEqual([BATCH_SIZE, BATCH_SIZE, BATCH_SIZE / 2]);
  });

  it('rests longer after a batch of many', async () => {
    await grow(BATCH_SIZE);
    jest.advanceTimersByTime(300);
    await grow(0);
    await grow(1);
    jest.advanceTimersByTime(400);
    await grow(0);
    expect(batches.sizes).toEqual([BATCH_SIZE]);
    jest.advanceTimersByTime(200);
    await grow(0);
    expect(batches.sizes).toEqual([BATCH_SIZE, 1]);
  });

  it('does not wait for its rest to end before it closes', async () => {
    await grow(1);
    await grow(1);
    await projection.close();
    expect(batches.sizes[0]).toBe(1);
  });
});
