import { describe, expect, it } from '@jest/globals';
import { defineFold, type View } from '@rapport/kernel';
import { FindParameters, findQueryOf } from './find-query.js';

const view = defineFold({
  name: 'people',
  version: 1,
  description: 'Who?',
  handles: [],
  keys: () => [],
  initial: () => ({}),
  evolve: (doc) => doc,
  indexes: [
    { name: 'stage', type: 'text', of: () => undefined },
    { name: 'sales', type: 'integer', of: () => undefined },
    { name: 'b2b', type: 'boolean', of: () => undefined },
  ],
}) as View;

const where = (query: string, known: Partial<FindParameters> = {}) =>
  findQueryOf(view, Object.assign(new FindParameters(), known), new Map(new URLSearchParams(query)));

describe('the search of a view', () => {
  it('reads conditions on declared fields', () => {
    expect(where('stage=atRisk&sales.from=3&sales.to=9&b2b=true').where).toEqual([
      { field: 'stage', op: 'equals', value: 'atRisk' },
      { field: 'b2b', op: 'equals', value: true },
      { field: 'sales', op: 'range', value: [3, 9] },
    ]);
    expect(where('sales.to=-2').where).toEqual([{ field: 'sales', op: 'range', value: [null, -2] }]);
    expect(where('stage.in=a,b&stage.prefix=x&sales.exists=false').where).toEqual([
      { field: 'stage', op: 'in', value: ['a', 'b'] },
      { field: 'stage', op: 'prefix', value: 'x' },
      { field: 'sales', op: 'exists', value: false },
    ]);
  });

  it('reads order, cursor and size', () => {
    expect(where('', { sort: '-sales', after: 'abc', limit: 7 })).toEqual({
      sort: { field: 'sales', direction: 'descending' },
      after: 'abc',
      countMax: 7,
    });
    expect(where('', { sort: 'stage' })).toEqual({
      sort: { field: 'stage', direction: 'ascending' },
      countMax: 50,
    });
  });

  it('refuses fields that are not declared, and values of another type', () => {
    expect(() => where('name=x')).toThrow('cannot be searched by name');
    expect(() => where('stage.like=x')).toThrow('cannot be searched by stage.like');
    expect(() => where('', { sort: 'name' })).toThrow('cannot be searched by name');
    expect(() => where('sales=many')).toThrow('whole number');
    expect(() => where('b2b=1')).toThrow('true or false');
    expect(() => where('sales.prefix=1')).toThrow('not text');
  });
});
