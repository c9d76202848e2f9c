import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expressionCompiler, generalExpression } from './expression.js';

const compile = (text: string) => expressionCompiler('UTC').compile(text);

const NATIVE = [
  'a',
  '`Date received`',
  '"text"',
  '3',
  '"relationship/" & a',
  'a & b & 1.5 & true',
  'a = "x"',
  'a != b',
  'a = b',
  'a = 1',
  'a > b',
  '$number(a) < 18',
  '$number(a) + 1',
  '1 - $number(a) * 2',
  'a ? "yes" : b',
  'a = "x" ? 1',
  'a and b',
  '$not(a) or $exists(b)',
  '$not(a in ["x", "", "7"])',
  '[a, b, $item]',
  '($trim(a))',
  '$uppercase(a) & $lowercase(b)',
  '$item != a',
  '$row & $index',
  '$minor(a, "USD")',
  '$date(a, "yyyyMMdd")',
];
const BEYOND = [
  'a.b',
  'a[0]',
  '$substring(a, 1)',
  '$sum([1, 2])',
  '($x := a; $x)',
  'a ~> $trim',
  '$trim()',
  '{"k": a}',
  'a % 2',
  '$other',
];

async function outcome(evaluate: () => unknown): Promise<unknown> {
  try {
    return { value: await evaluate() };
  } catch {
    return 'refused';
  }
}

describe('expressions of mappings', () => {
  it.each(NATIVE)('run natively: %s', (text) => {
    expect(compile(text).how).toBe('native');
  });

  it.each(BEYOND)('leave the rest to JSONata: %s', (text) => {
    expect(compile(text).how).toBe('general');
  });

  it.each(NATIVE)('mean natively what JSONata says: %s', async (text) => {
    const cell = fc.option(
      fc.oneof(
        fc.constantFrom('', 'x', '7', '007', '-1.50', 'yes', '  a  b ', '19970131', '0', '12.345'),
        fc.string({ maxLength: 4 }),
      ),
      { nil: undefined },
    );
    const [native, general] = [compile(text), generalExpression('UTC', text)];
    await fc.assert(
      fc.asyncProperty(cell, cell, cell, async (a, b, item) => {
        const given = Object.fromEntries(
          Object.entries({ a, b, 'Date received': a }).filter(([, value]) => value !== undefined),
        );
        const variables = { row: 'row-1', index: 0, ...(item === undefined ? {} : { item }) };
        expect(await outcome(() => native.evaluate({ input: given, variables }))).toEqual(
          await outcome(() => general({ input: given, variables })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('say where a text is no expression', () => {
    expect(() => compile('a &')).toThrow(/not a JSONata expression/);
  });
});
