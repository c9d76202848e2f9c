import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import { mapperOf } from './mapper.js';
import { parseMapping } from './mapping.js';
import type { Unit } from './unit.js';

const sale = {
  type: 'rapport.sale.SaleCompleted.v1',
  subject: '="relationship/" & customer',
  time: '=$date(day, "yyyy-MM-dd")',
  data: { lines: '=$lines(total, 1, "sku", "EUR")' },
};
const mapping = (change: Record<string, Json> = {}): Json => ({
  format: { type: 'csv' },
  source: 'urn:example',
  touchpoints: [sale],
  ...change,
});
const unit = (input: Record<string, unknown>): Unit => ({ kind: 'unit', identity: 'row-1', input, rows: [] });

describe('a mapping', () => {
  it('fills in what it does not say', () => {
    expect(parseMapping(mapping())).toMatchObject({
      zone: 'UTC',
      missing: [''],
      format: { delimiter: ',', header: true, encoding: 'utf-8' },
    });
  });

  it.each<[string, Record<string, Json>]>([
    ['/source', { source: '' }],
    ['/zone', { zone: 'Mars/Olympus' }],
    ['/touchpoints', { touchpoints: [] }],
    ['/touchpoints', { touchpoints: [sale, sale] }],
    ['/touchpoints/0/time', { touchpoints: [{ type: 'a', subject: 'b' }] }],
    ['/touchpoints/0/when', { touchpoints: [{ ...sale, when: 'customer' }] }],
    ['/format/type', { format: { type: 'xml' } }],
    ['/format/columns', { format: { type: 'whitespace', header: false } }],
    ['/format/encoding', { format: { type: 'csv', encoding: 'ebcdic-9' } }],
    ['/format/quote', { format: { type: 'csv', quote: "'" } }],
    ['/colour', { colour: 'blue' }],
  ])('that is wrong at %s is refused there', (pointer, change) => {
    expect(() => parseMapping(mapping(change))).toThrow(
      expect.objectContaining({ code: 'INVALID_MAPPING', pointer }),
    );
  });

  it('with an expression that is none is refused before a row is read', () => {
    const parsed = parseMapping(mapping({ touchpoints: [{ ...sale, data: { lines: '=$lines(' } }] }));
    expect(() => mapperOf(parsed)).toThrow(
      expect.objectContaining({ code: 'INVALID_MAPPING', pointer: '/touchpoints/0/data/lines' }),
    );
  });

  it('makes a touchpoint with an id of its own', async () => {
    const mapper = mapperOf(parseMapping(mapping({ touchpoints: [{ ...sale, name: 'sale' }] })));
    expect(await mapper.map(unit({ customer: 'c-1', day: '2026-01-31', total: '3.50' }))).toEqual([
      {
        touchpoint: {
          specversion: '1.0',
          id: 'row-1/sale',
          source: 'urn:example',
          type: sale.type,
          subject: 'relationship/c-1',
          time: '2026-01-31T00:00:00.000Z',
          data: { lines: [{ sku: 'sku', quantity: 1, unitPrice: { amountMinor: 350, currency: 'EUR' } }] },
        },
      },
    ]);
  });

  it('says what is wrong with a row without quoting it', async () => {
    const mapper = mapperOf(parseMapping(mapping()));
    expect(await mapper.map(unit({ customer: 'c-1', day: 'yesterday', total: '3.50' }))).toEqual([
      { problem: '/touchpoints/0/time: it is not written as yyyy-MM-dd' },
    ]);
  });

  it('makes one touchpoint for each item of a list, where its condition holds', async () => {
    const named = {
      name: 'friend',
      type: 't',
      subject: '="relationship/" & $item',
      time: 'x',
      each: '=[f1, f2, f3]',
      when: '=$item != id',
      data: { to: '=id' },
    };
    const mapper = mapperOf(parseMapping(mapping({ touchpoints: [named] })));
    expect(await mapper.map(unit({ id: '1', f1: '2', f3: '1' }))).toEqual([
      {
        touchpoint: expect.objectContaining({
          id: 'row-1/friend/1',
          subject: 'relationship/2',
          data: { to: '1' },
        }),
      },
    ]);
  });

  it('gives the same by JSONata where an expression goes beyond the native part', async () => {
    const mapper = mapperOf(parseMapping(mapping({ let: { customer: '=$substring(name, 0, 3)' } })));
    expect(mapper.native).toBe(false);
    expect(await mapper.map(unit({ name: 'c-1234', day: '2026-01-31', total: '1' }))).toEqual([
      { touchpoint: expect.objectContaining({ subject: 'relationship/c-1' }) },
    ]);
  });
});
