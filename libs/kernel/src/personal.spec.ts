import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from './envelope.js';
import { joinPersonal, splitPersonal } from './personal.js';

const KEYS = [
  'text',
  'value',
  'items',
  'a/b',
  'm~n',
  '~1',
  '*',
  '0',
  '',
  'length',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
];
const SECRET = 'secret';

const key = fc.constantFrom(...KEYS);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, '', 'plain', SECRET),
    fc.array(tie('json'), { maxLength: 3 }),
    objects(tie('json')),
  ),
}));
const payload = objects(json);
const token = key.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'));
const pointers = fc.array(
  fc
    .tuple(
      fc.array(fc.oneof(token, fc.constant('*')), { maxLength: 3 }),
      token.filter((name) => name !== '*'),
    )
    .map(([way, last]) => `/${[...way, last].join('/')}`),
  { maxLength: 5 },
);

/** Objects as JSON.parse makes them: `__proto__` is a member like any other. */
function objects(values: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> {
  return fc
    .uniqueArray(fc.tuple(key, values), { maxLength: 5, selector: ([name]) => name })
    .map((members) => Object.fromEntries(members));
}

function frozen<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null)
    Object.values(Object.freeze(value)).forEach((inner) => frozen(inner as Json));
  return value;
}

/** Every value that a pointer leads to. */
function reached(value: Json | undefined, tokens: readonly string[]): Json[] {
  const [head, ...rest] = tokens;
  if (value === undefined) return [];
  if (head === undefined) return [value];
  if (Array.isArray(value))
    return head === '*' ? (value as Json[]).flatMap((item) => reached(item, rest)) : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, head)) return [];
  return reached((value as JsonObject)[head], rest);
}

const tokensOf = (pointer: string): string[] =>
  pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));

describe('personal values', () => {
  it('come back to where they were', () => {
    fc.assert(
      fc.property(pointers, payload, (list, data) => {
        const split = splitPersonal(list, frozen(data));
        expect(
          JSON.parse(JSON.stringify(joinPersonal(frozen(split.data), frozen({ ...split.personal })))),
        ).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 2000 },
    );
  });

  it('are all taken, and nothing else', () => {
    fc.assert(
      fc.property(pointers, payload, (list, data) => {
        const split = splitPersonal(list, data);
        for (const pointer of list) expect(reached(split.data, tokensOf(pointer))).toEqual([]);
        const taken = Object.keys(split.personal).length;
        const there = list.some((pointer) => reached(data, tokensOf(pointer)).length > 0);
        expect(taken > 0).toBe(there);
        expect(split.data === data).toBe(!there);
      }),
      { numRuns: 2000 },
    );
  });

  it('stay away when they were erased', () => {
    const { data, personal } = splitPersonal(['/text', '/people/*/name'], {
      topic: 'price',
      text: 'Hi',
      people: [{ id: 1, name: 'A' }, { id: 2 }],
    });
    expect(data).toEqual({ topic: 'price', people: [{ id: 1 }, { id: 2 }] });
    expect(personal).toEqual({ '/text': 'Hi', '/people/0/name': 'A' });
    expect(joinPersonal(data, { '/people/0/name': 'A' })).toEqual({
      topic: 'price',
      people: [{ id: 1, name: 'A' }, { id: 2 }],
    });
  });

  it('reach no prototype, whatever their keys', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
    ) as JsonObject;
    const { data, personal } = splitPersonal(
      ['/__proto__/polluted', '/constructor/prototype/polluted'],
      hostile,
    );
    expect(JSON.stringify(data)).toBe('{"__proto__":{},"constructor":{"prototype":{}}}');
    expect(JSON.stringify(joinPersonal(data, personal))).toBe(JSON.stringify(hostile));
    expect(() => joinPersonal({}, { '/__proto__/polluted': 'yes' })).toThrow(TypeError);
    expect(() => joinPersonal({}, { '/constructor/prototype/polluted': 'yes' })).toThrow(TypeError);
    expect(JSON.stringify(joinPersonal({}, { '/__proto__': 'yes' }))).toBe('{"__proto__":"yes"}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('are whole members: an item of an array alone is refused, since the others would change their places', () => {
    expect(() => splitPersonal(['/people/*'], {})).toThrow(TypeError);
    expect(() => splitPersonal([''], {})).toThrow(TypeError);
  });

  it.each(['', 'text', '/people/2/name', '/people/-1/name', '/people/length', '/people/0', '/topic/x'])(
    'that lead nowhere (%j) show that data and parts do not belong together',
    (pointer) => {
      expect(() => joinPersonal({ topic: 'price', people: [{}] }, { [pointer]: 'A' })).toThrow(TypeError);
    },
  );
});
