import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@rapport/kernel';
import { definedKinds, kinds } from '../registry.js';

const SECRET = 'a secret of c-1001';

const refusal = (name: string, data: Json): string => {
  const checked = definedKinds.find((kind) => kind.name === name)?.validate(data);
  return checked === undefined || checked.ok
    ? 'accepted'
    : `${checked.rejection.code} ${checked.rejection.pointer}: ${checked.rejection.message}`;
};

const money = (amountMinor: Json, currency: Json = 'EUR'): JsonObject => ({ amountMinor, currency });
const line = (quantity: Json, unitPrice: Json): JsonObject => ({ sku: 'P-1', quantity, unitPrice });

describe('a refused payload', () => {
  it.each<[string, Json, string]>([
    ['ComplaintReceived', null, 'INVALID_PAYLOAD /data: /data must be an object.'],
    [
      'ComplaintReceived',
      { severity: 'minor' },
      'INVALID_PAYLOAD /data/category: /data/category must be given.',
    ],
    [
      'ComplaintReceived',
      { category: 'delivery', severity: 'huge' },
      'INVALID_PAYLOAD /data/severity: /data/severity must be one of minor, major, critical.',
    ],
    [
      'ComplaintReceived',
      { category: 'delivery', severity: 'minor', colour: 1 },
      'INVALID_PAYLOAD /data/colour: /data/colour must be left out: the kind has no such member.',
    ],
    [
      'ComplaintReceived',
      { category: 'delivery', severity: 'minor', sentiment: 3 },
      'INVALID_PAYLOAD /data/sentiment: /data/sentiment must be at most 2.',
    ],
    [
      'ComplaintReceived',
      { category: '', severity: 'minor' },
      'INVALID_PAYLOAD /data/category: /data/category must be at least 1 character long.',
    ],
    [
      'ComplaintReceived',
      { category: 'x'.repeat(101), severity: 'minor' },
      'INVALID_PAYLOAD /data/category: /data/category must be at most 100 characters long.',
    ],
    ['SaleCompleted', { lines: [] }, 'INVALID_PAYLOAD /data/lines: /data/lines must hold at least 1 item.'],
    [
      'SaleCompleted',
      { lines: [line(1, money(1.5))] },
      'INVALID_PAYLOAD /data/lines/0/unitPrice/amountMinor: /data/lines/0/unitPrice/amountMinor must be a whole number.',
    ],
    [
      'SaleCompleted',
      { lines: [line(1, money(1)), line(0, money(1))] },
      'INVALID_PAYLOAD /data/lines/1/quantity: /data/lines/1/quantity must be at least 1.',
    ],
    [
      'SaleCompleted',
      { lines: [line(1, money(1)), line(1, money(1, 'USD'))] },
      'INVALID_PAYLOAD /data/lines/1/unitPrice/currency: /data/lines/1/unitPrice/currency must be the currency of the first line: record a sale for each currency.',
    ],
    [
      'SaleCompleted',
      { lines: [line(1_000_000, money(10_000_000_000_000))] },
      'INVALID_PAYLOAD /data/lines: /data/lines must add up to less than 2^53 minor units.',
    ],
    [
      'ContractSigned',
      { terms: [], validFrom: '2026-02-30' },
      'INVALID_PAYLOAD /data/validFrom: /data/validFrom must be a calendar day like 2026-01-31.',
    ],
    [
      'ContractSigned',
      { terms: [], validFrom: '2026-02-02', validTo: '2026-02-01' },
      'INVALID_PAYLOAD /data/validTo: /data/validTo must not lie before validFrom.',
    ],
    [
      'SurveyAnswered',
      { instrument: 'nps', score: 11, scaleMin: 0, scaleMax: 10 },
      'INVALID_PAYLOAD /data/score: /data/score must lie between scaleMin and scaleMax.',
    ],
    [
      'TouchpointCorrected',
      { data: {}, time: '2026-01-31T12:00:00Z' },
      'INVALID_PAYLOAD /data/time: /data/time must be an instant in UTC like 2026-01-31T12:00:00.000Z.',
    ],
    [
      'ReferralMade',
      { prospect: 'a/b' },
      'INVALID_PAYLOAD /data/prospect: /data/prospect must be the id of a party: one line without slashes and control characters.',
    ],
  ])('of %s is told where and which rule: %j', (name, data, message) => {
    expect(refusal(name, data)).toBe(message);
  });

  it('never shows a value, nor a key that might be one', () => {
    for (const kind of definedKinds) {
      for (const junk of [SECRET, { [SECRET]: SECRET }, [SECRET], [{ [SECRET]: SECRET }]]) {
        const members = Object.keys(kind.schema['properties'] as JsonObject);
        for (const name of [...members, SECRET, '__proto__']) {
          const data: Record<string, Json> = { ...kind.example.data };
          Object.defineProperty(data, name, { value: junk, enumerable: true });
          const checked = kind.validate(data);
          expect(checked.ok ? '' : JSON.stringify(checked.rejection)).not.toContain(SECRET);
        }
      }
    }
  });
});

describe('party ids', () => {
  const accepts = (prospect: string): boolean =>
    kinds.get('rapport.referral.ReferralMade.v1')?.validate({ prospect }).ok ?? false;

  it('may be in any script', () => {
    expect(
      ['c-1001', '顧客 7', 'Ünï', 'a@b.example', '🚀', 'x'.repeat(200)].filter((id) => !accepts(id)),
    ).toEqual([]);
  });

  it('have no slash, no control character and no line end, and are not empty or too long', () => {
    expect(['', 'a/b', 'a\nb', 'a\u0085b', 'a\u2028b', '\u007f', 'x'.repeat(201)].filter(accepts)).toEqual(
      [],
    );
  });
});
