import { describe, expect, it } from '@jest/globals';
import type { SaltedEvent } from '@rapport/ledger';
import { failure } from '@rapport/testing';
import { agreement } from './agreement.js';

const event = (at: number, more: Partial<SaltedEvent> = {}): SaltedEvent => ({
  position: BigInt(at + 1) * 10n,
  stream: `relationship/${at % 2}`,
  revision: Math.floor(at / 2),
  id: `id-${at}`,
  type: 'sale',
  recordedAtMs: 1_000 + at,
  body: `{"at":${at}}`,
  salt: Buffer.alloc(32, at),
  ...more,
});
const events = (count: number): SaltedEvent[] => Array.from({ length: count }, (_, at) => event(at));
/** The same events in a store that gives them other positions. */
const elsewhere = (some: readonly SaltedEvent[]): SaltedEvent[] =>
  some.map((one) => ({ ...one, position: one.position * 1_000n }));

async function* stored(some: readonly SaltedEvent[]): AsyncGenerator<SaltedEvent> {
  yield* some;
}

const agreed = (source: readonly SaltedEvent[], target: readonly SaltedEvent[]) =>
  agreement(stored(source), stored(target));

describe('the agreement of two ledgers', () => {
  it('goes as far as the target holds the source, whatever its positions are', async () => {
    const nothing = { count: 0, after: 0n, beyond: undefined };
    expect(await agreed(events(5), [])).toEqual(nothing);
    expect(await agreed([], [])).toEqual(nothing);
    expect(await agreed(events(5), elsewhere(events(3)))).toEqual({
      count: 3,
      after: 30n,
      beyond: undefined,
    });
    expect(await agreed(events(5), elsewhere(events(5)))).toEqual({
      count: 5,
      after: 50n,
      beyond: undefined,
    });
  });

  it('tells of the first event that the target has beyond the source', async () => {
    const target = elsewhere(events(5));
    expect(await agreed(events(3), target)).toEqual({ count: 3, after: 30n, beyond: target[3] });
  });

  it.each([
    ['stream', { stream: 'relationship/9' }],
    ['revision', { revision: 7 }],
    ['id', { id: 'another' }],
    ['type', { type: 'gift' }],
    ['recorded time', { recordedAtMs: 5 }],
    ['content', { body: '{"at": 1}' }],
    ['salt', { salt: Buffer.alloc(32, 9) }],
  ] as const)('names the first event that differs, here in its %s', async (what, more) => {
    const target = [event(0), event(1, more), event(2, more)];
    const error = await failure(agreed(events(5), target), 'WRONG_EXPECTED_REVISION');
    expect(error.facts).toEqual({ event: 1, differs: what });
    expect(error.message).toContain(`event 1 (counted from 0) is revision 0 of relationship/1`);
  });

  it('minds the order', async () => {
    const [first, second] = [event(0), event(1)];
    const error = await failure(agreed([first, second], [second, first]), 'WRONG_EXPECTED_REVISION');
    expect(error.facts).toEqual({ event: 0, differs: 'stream' });
  });
});
