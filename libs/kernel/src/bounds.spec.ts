import { describe, expect, it } from '@jest/globals';
import { readBounds, readSpan, type PositionSource } from './bounds.js';

const source: PositionSource = {
  positionAt: (time) => Promise.resolve(time === '2026-01-31T23:59:59.999Z' ? 7n : 0n),
  positionOfTreeSize: (size) => Promise.resolve(BigInt(size) * 10n),
};

describe('bounds', () => {
  it('take a day as its last moment, and what was known as a position, a time or a tree size', async () => {
    expect(await readBounds(source, {})).toEqual({});
    expect(await readBounds(source, { asOf: '2026-01-31', knownAt: '12' })).toEqual({
      asOf: '2026-01-31T23:59:59.999Z',
      knownAt: 12n,
    });
    expect(await readBounds(source, { knownAt: '2026-01-31' })).toEqual({ knownAt: 7n });
    expect(await readBounds(source, { treeSize: '3' })).toEqual({ knownAt: 30n });
    expect(await readBounds(source, { treeSize: '0' })).toEqual({ knownAt: 0n });
  });

  it('refuse what cannot be read, by the name it was given under', async () => {
    const names = { asOf: '--as-of', knownAt: '--known-at', treeSize: '--tree-size' };
    for (const [given, code, word] of [
      [{ asOf: 'soon' }, 'INVALID_TIME', '--as-of'],
      [{ knownAt: 'later' }, 'INVALID_TIME', '--known-at'],
      [{ knownAt: '99999999999999999999' }, 'INVALID_QUERY', '--known-at'],
      [{ treeSize: '-1' }, 'INVALID_QUERY', '--tree-size'],
      [{ treeSize: '007' }, 'INVALID_QUERY', '--tree-size'],
      [{ knownAt: '1', treeSize: '1' }, 'INVALID_QUERY', 'give one of them'],
    ] as const)
      await expect(readBounds(source, given, names)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(word),
      });
  });
});

describe('a span of time', () => {
  it('begins with the first moment of a day and ends with the last', () => {
    expect(readSpan({ from: '2026-01-01', to: '2026-01-01' })).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T23:59:59.999Z',
    ]);
    expect(readSpan({ to: '2026-01-01T12:00:00Z' })).toEqual([null, '2026-01-01T12:00:00.000Z']);
  });

  it('may not end before it begins', () => {
    expect(() => readSpan({ from: '2026-01-02', to: '2026-01-01' })).toThrow('to lies before from');
  });
});
