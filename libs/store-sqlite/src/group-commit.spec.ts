import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Answers } from './event-answers.js';
import { AppendCall, GroupCommit, type Append, type AppendWriter } from './group-commit.js';

/** Keeps what it is asked to commit until it is told to answer. */
class HeldWriter implements AppendWriter {
  readonly sizes: number[] = [];
  private readonly underWay: (() => void)[] = [];
  private position = 0;

  commit(appends: readonly Append[]): Promise<Answers> {
    this.sizes.push(appends.length);
    return new Promise((resolve) =>
      this.underWay.push(() => resolve(appends.map(({ events }) => (this.position += events.length)))),
    );
  }

  async answerNext(): Promise<void> {
    this.underWay.shift()?.();
    await turns();
  }

  async close(): Promise<void> {}
}

async function turns(): Promise<void> {
  for (let count = 0; count < 5; count++) await turn();
}

const event = { id: '', type: 'rapport.test.Seen.v1', body: '{}', recordedAtMs: 0 };

describe('appends that arrive while others are made durable', () => {
  let writer: HeldWriter;
  let group: GroupCommit;
  beforeEach(() => {
    writer = new HeldWriter();
    group = new GroupCommit(writer, () => undefined);
  });

  /** Adds so many appends of so many events each in one call, and gives that. */
  async function add(appends: number, events = 1): Promise<AppendCall> {
    const call = new AppendCall(appends);
    for (let place = 0; place < appends; place++)
      group.add({
        stream: `relationship/${place}`,
        expected: -1,
        events: Array(events).fill(event),
        call,
        place,
      });
    await turns();
    return call;
  }

  it('wait together while they are few', async () => {
    await add(1);
    await add(3);
    await add(2);
    expect(writer.sizes).toEqual([1]);
    await writer.answerNext();
    expect(writer.sizes).toEqual([1, 5]);
  });

  it('wait at the writer when they are many, in one append or in hundreds', async () => {
    await add(1);
    await add(300);
    expect(writer.sizes).toEqual([1, 300]);
    await add(1, 300);
    expect(writer.sizes).toEqual([1, 300]);
    await writer.answerNext();
    expect(writer.sizes).toEqual([1, 300, 1]);
  });

  it('have their answers in the order in which they were asked for, and none is left behind', async () => {
    const first = await add(2);
    const second = await add(2);
    const drained = group.drained();
    await writer.answerNext();
    await writer.answerNext();
    await drained;
    const outcomes = [...(await first.answered), ...(await second.answered)];
    expect(outcomes.map((outcome) => ('error' in outcome ? outcome.error : outcome.position))).toEqual([
      1n,
      2n,
      3n,
      4n,
    ]);
  });

  it('answer a call for none at once', async () => {
    expect(await new AppendCall(0).answered).toEqual([]);
  });
});
