import { describe, expect, it } from '@jest/globals';
import { accept, type JsonObject, type Kind, type Kinds } from '@rapport/kernel';
import { parseTouchpoint, TIME_AHEAD_MS_MAX } from './parse-touchpoint.js';

const NOW_MS = Date.parse('2026-06-01T12:00:00.000Z');
const TYPE = 'rapport.test.Seen.v1';
const kind: Kind = {
  type: TYPE,
  family: 'test',
  name: 'Seen',
  version: 1,
  description: 'Somebody was seen.',
  schema: {},
  personal: [],
  example: { id: '1', source: 'urn:test', type: TYPE, subject: 'relationship/1', time: '', data: {} },
  validate: (data) => accept(data as JsonObject),
  prepare: () => undefined,
  headline: () => 'Seen',
  signals: () => [],
  names: () => [],
  effect: 'fact',
};
const kinds: Kinds = { all: [kind], get: (type) => (type === TYPE ? kind : undefined) };

const parsed = (more: JsonObject) =>
  parseTouchpoint(
    kinds,
    { specversion: '1.0', ...kind.example, time: '2026-06-01T12:00:00.000Z', ...more } as JsonObject,
    NOW_MS,
  );
const codeOf = (more: JsonObject): string => {
  const result = parsed(more);
  return result.ok ? 'accepted' : result.rejection.code;
};

describe('a touchpoint that is read', () => {
  it('keeps its attributes, and nothing that is implied', () => {
    const result = parsed({ channel: 'email', episode: 'e-1', datacontenttype: 'application/json' });
    expect(result).toEqual({
      ok: true,
      value: {
        kind,
        touchpoint: { ...kind.example, time: '2026-06-01T12:00:00.000Z', channel: 'email', episode: 'e-1' },
      },
    });
  });

  it.each(['toString', 'valueOf', 'hasOwnProperty', 'other'])('is refused with an attribute %s', (name) => {
    expect(codeOf({ [name]: 'text' })).toBe('INVALID_ENVELOPE');
  });

  it('may lie ahead of the clock by the bound, and not by a millisecond more', () => {
    const ahead = (ms: number): JsonObject => ({ time: new Date(NOW_MS + ms).toISOString() });
    expect(codeOf(ahead(TIME_AHEAD_MS_MAX))).toBe('accepted');
    expect(codeOf(ahead(TIME_AHEAD_MS_MAX + 1))).toBe('TIME_IN_FUTURE');
  });
});
