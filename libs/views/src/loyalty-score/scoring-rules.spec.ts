import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import fc from 'fast-check';
import { DEFAULT_RULES } from './default-rules.js';
import { parseRules } from './scoring-rules.js';

const broken = (change: Record<string, Json>): unknown => {
  const result = parseRules({ ...DEFAULT_RULES, ...change });
  return result.ok ? 'valid' : [result.rejection.code, result.rejection.pointer];
};

describe('scoring rules', () => {
  it('accept the default rules, also after a journey as JSON', () => {
    const parsed = parseRules(JSON.parse(JSON.stringify(DEFAULT_RULES)) as Json);
    expect(parsed).toEqual({ ok: true, value: DEFAULT_RULES });
  });

  it('say where they are wrong', () => {
    const [sale] = DEFAULT_RULES.signals;
    expect(broken({ base: 0.5 })).toEqual(['INVALID_RULES', '/base']);
    expect(broken({ colour: 'red' })).toEqual(['INVALID_RULES', '']);
    expect(broken({ signals: [{ ...sale, halfLifeDays: 0 }] })).toEqual([
      'INVALID_RULES',
      '/signals/0/halfLifeDays',
    ]);
    expect(broken({ signals: [{ ...sale }, { ...sale }] })).toEqual(['INVALID_RULES', '/signals']);
    expect(broken({ tiers: [{ tier: 'a', from: 1 }] })).toEqual(['INVALID_RULES', '/tiers']);
    expect(
      broken({
        tiers: [
          { tier: 'a', from: 0 },
          { tier: 'b', from: 0 },
        ],
      }),
    ).toEqual(['INVALID_RULES', '/tiers/1/from']);
    expect(broken({ silence: { ...DEFAULT_RULES.silence, fullPercent: 100 } })).toEqual([
      'INVALID_RULES',
      '/silence/fullPercent',
    ]);
  });

  it('refuse anything else as a value, never by throwing', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(parseRules(value as Json).ok).toBe(false)));
  });
});
