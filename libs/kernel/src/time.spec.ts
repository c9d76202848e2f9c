import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayNumber, dayOf, dayText, parseBound, parseTime } from './time.js';

describe('times', () => {
  it.each([
    ['2026-01-31T13:00:00+01:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T12:00:00.1Z', '2026-01-31T12:00:00.100Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2024-02-29T23:59:59.999Z', '2024-02-29T23:59:59.999Z'],
    ['2026-12-31T00:00:00.000Z', '2026-12-31T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0099-06-01T00:00:00Z', '0099-06-01T00:00:00.000Z'],
  ])('reads %s as %s', (text, time) => {
    expect(parseTime(text)).toEqual({ ok: true, value: time });
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-00-10T00:00:00.000Z',
    '2026-13-10T00:00:00.000Z',
    '2026-01-00T00:00:00.000Z',
    '2026-01-10T24:00:00.000Z',
    '2026-01-10T00:60:00.000Z',
    '2026-01-10T00:00:60.000Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
    'yesterday',
    '',
    7,
    null,
    '2026-01-01T00:00:00+25:00',
    '0000-01-01T00:00:00.000Z',
    `2026-01-01T00:00:00.${'1'.repeat(100)}Z`,
  ])('refuses %s', (text) => {
    expect(parseTime(text)).toMatchObject({ ok: false, rejection: { code: 'INVALID_TIME' } });
  });

  it('are fixed in width, so that texts sort as instants do', () => {
    const time = fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [x, y] = [parseTime(a.toISOString()), parseTime(b.toISOString())];
        if (!x.ok || !y.ok) throw new Error('a date must be readable');
        expect(x.value < y.value).toBe(a.getTime() < b.getTime());
      }),
    );
  });

  it('have UTC days that count up by one', () => {
    expect(dayText(dayNumber('2024-02-28') + 1)).toBe('2024-02-29');
    for (const day of [
      '0001-01-01',
      '1600-02-29',
      '1969-12-31',
      '1970-01-01',
      '2000-02-29',
      '2100-03-01',
      '9999-12-31',
    ])
      expect(dayNumber(day)).toBe(Date.parse(`${day}T00:00:00.000Z`) / 86_400_000);
    expect(dayNumber(dayOf('2026-01-31T23:59:59.999Z'))).toBe(dayNumber('2026-01-31'));
  });

  it('given as a day bound mean its last millisecond', () => {
    expect(parseBound('2026-01-31', '/asOf')).toEqual({ ok: true, value: '2026-01-31T23:59:59.999Z' });
  });
});
