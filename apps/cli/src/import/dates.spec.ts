import { describe, expect, it } from '@jest/globals';
import { isZone, later, readDate } from './dates.js';

describe('dates as their publishers wrote them', () => {
  it.each([
    ['19970131', 'yyyyMMdd', 'UTC', '1997-01-31T00:00:00.000Z'],
    ['7/29/2013', 'M/d/yyyy', 'America/New_York', '2013-07-29T04:00:00.000Z'],
    ['1/5/2016', 'M/d/yyyy', 'America/New_York', '2016-01-05T05:00:00.000Z'],
    ['2010-12-01 08:45:00', 'yyyy-MM-dd HH:mm:ss', 'Europe/London', '2010-12-01T08:45:00.000Z'],
    ['31.12.1999 23:59', 'dd.MM.yyyy HH:mm', '+02:00', '1999-12-31T21:59:00.000Z'],
    ['1953', 'yyyy', 'UTC', '1953-01-01T00:00:00.000Z'],
  ])('reads %s as %s in %s', (text, pattern, zone, time) => {
    expect(readDate(text, pattern, zone)).toBe(time);
  });

  it('refuses what is written otherwise, and days that the calendar lacks', () => {
    expect(() => readDate('1997-01-31', 'yyyyMMdd', 'UTC')).toThrow('not written as yyyyMMdd');
    expect(() => readDate('19970230', 'yyyyMMdd', 'UTC')).toThrow('no such date');
    expect(() => readDate('20240101 25', 'yyyyMMdd HH', 'UTC')).toThrow('no such date');
    expect(() => readDate('01/02', 'dd/MM', 'UTC')).toThrow('has no yyyy');
  });

  it('refuses a time that the clocks skipped, and takes the earlier of one that they repeated', () => {
    expect(() => readDate('2024-03-31 01:30', 'yyyy-MM-dd HH:mm', 'Europe/London')).toThrow('skipped');
    expect(readDate('2024-10-27 01:30', 'yyyy-MM-dd HH:mm', 'Europe/London')).toBe(
      '2024-10-27T00:30:00.000Z',
    );
  });

  it('counts months and years on, to the last day where a month is shorter', () => {
    expect(later('1953-12-31T00:00:00.000Z', 2, 'months')).toBe('1954-02-28T00:00:00.000Z');
    expect(later('2020-01-01T00:00:00.000Z', -72, 'months')).toBe('2014-01-01T00:00:00.000Z');
    expect(later('2020-02-29T12:00:00.000Z', 1, 'years')).toBe('2021-02-28T12:00:00.000Z');
    expect(later('2020-01-01T00:00:00.000Z', 15, 'days')).toBe('2020-01-16T00:00:00.000Z');
    expect(() => later('soon', 1, 'days')).toThrow('needs a time');
  });

  it('knows zones', () => {
    expect([isZone('UTC'), isZone('Europe/Rome'), isZone('+02:00'), isZone('Mars/Olympus')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
