import { describe, expect, it } from '@jest/globals';
import type { CompleteEvent } from './event-input.js';
import type { Outcome } from './outcome.js';
import { RapportError } from './rapport-error.js';
import { Recorder, type RecorderOptions, type SendBatch } from './recorder.js';

const event = (id: string): CompleteEvent => ({
  specversion: '1.0',
  id,
  source: 'urn:spec',
  type: 't',
  subject: 'relationship/c-1',
  time: '2026-01-01T00:00:00.000Z',
  data: {},
});

/** A ledger of ids that fails as it is told to: `lost` records and then loses the answer. */
class Ledger {
  readonly ids: string[] = [];
  readonly batches: number[] = [];
  readonly failures: ('refused' | 'lost' | 'tooLarge' | undefined)[] = [];

  readonly send: SendBatch = async (batch) => {
    const failure = this.failures.shift();
    this.batches.push(batch.length);
    if (failure === 'refused') throw new RapportError('SERVER_UNREACHABLE', 'connection refused');
    if (failure === 'tooLarge' && batch.length > 1) throw new RapportError('BATCH_TOO_LARGE', 'too many');
    const outcomes = batch.map((one): Outcome => {
      const known = this.ids.includes(one.id);
      if (!known) this.ids.push(one.id);
      const { id, source, subject } = one;
      return { status: known ? 'duplicate' : 'recorded', id, source, subject, revision: 0, position: '1' };
    });
    if (failure === 'lost')
      throw new RapportError('OVERLOADED', 'the answer is lost', { facts: { status: 503 } });
    return outcomes;
  };
}

async function recorded(ledger: Ledger, count: number, options: RecorderOptions = {}): Promise<Recorder> {
  const recorder = new Recorder(ledger.send, { batchMax: 10, ...options });
  for (let index = 0; index < count; index++) await recorder.add(event(`e-${index}`));
  return recorder;
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `e-${index}`);

describe('a recorder', () => {
  it('sends in batches and in order', async () => {
    const ledger = new Ledger();
    const recorder = await recorded(ledger, 25);
    expect(await recorder.close()).toEqual({ recorded: 25, duplicate: 0, rejected: 0, waiting: 0 });
    expect(ledger.ids).toEqual(ids(25));
    expect(ledger.batches.every((size) => size <= 10)).toBe(true);
  });

  it('sends what it has once it is old enough', async () => {
    const ledger = new Ledger();
    await recorded(ledger, 3, { ageMsMax: 5 });
    while (ledger.ids.length < 3) await new Promise((wake) => setTimeout(wake, 5));
    expect(ledger.batches).toEqual([3]);
  });

  it('loses and doubles nothing when answers are lost or nobody is there', async () => {
    const ledger = new Ledger();
    ledger.failures.push('refused', 'lost', undefined, 'lost');
    const recorder = await recorded(ledger, 20);
    const counts = await recorder.close();
    expect(ledger.ids).toEqual(ids(20));
    expect(counts).toEqual({ recorded: 0, duplicate: 20, rejected: 0, waiting: 0 });
  });

  it('halves a batch that is too large', async () => {
    const ledger = new Ledger();
    ledger.failures.push('tooLarge', 'tooLarge');
    await (await recorded(ledger, 10)).close();
    expect(ledger.batches.slice(0, 3)).toEqual([10, 5, 3]);
    expect(ledger.ids).toEqual(ids(10));
  });

  it('keeps its events when it gives up, and sends them when asked again', async () => {
    const ledger = new Ledger();
    ledger.failures.push('refused');
    const recorder = await recorded(ledger, 5, { giveUpAfterMs: 0 });
    await expect(recorder.flush()).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(recorder.counts).toMatchObject({ waiting: 5 });
    expect(await recorder.flush()).toMatchObject({ recorded: 5, waiting: 0 });
  });

  it('makes its caller wait while its buffer is full', async () => {
    const ledger = new Ledger();
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((open) => (gate.open = open));
    const recorder = new Recorder(async (batch) => (await opened, ledger.send(batch)), {
      batchMax: 2,
      bufferMax: 2,
    });
    await recorder.add(event('e-0'));
    await recorder.add(event('e-1'));
    let taken = false;
    const third = recorder.add(event('e-2')).then(() => (taken = true));
    await new Promise((wake) => setTimeout(wake, 20));
    expect(taken).toBe(false);
    gate.open?.();
    await third;
    await recorder.close();
    expect(ledger.ids).toEqual(ids(3));
  });

  it('takes nothing more once it is closed', async () => {
    const recorder = await recorded(new Ledger(), 1);
    await recorder.close();
    await expect(recorder.add(event('late'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});
