import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import type { Json } from './envelope.js';
import { memberChanges, type MemberChange } from './member-changes.js';

/** Does to a value what the changes say. */
function changed(value: Json, changes: readonly MemberChange[]): Json {
  let root = structuredClone(value) as unknown;
  // From the last to the first, so that items that went away at the end of an array do so in turn.
  for (const change of changes.toReversed()) {
    const tokens = change.pointer
      .split('/')
      .slice(1)
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = tokens.pop();
    if (last === undefined) {
      root = change.after;
      continue;
    }
    const parent = tokens.reduce((at, token) => (at as Record<string, unknown>)[token], root);
    if ('after' in change)
      Object.defineProperty(parent, last, {
        value: change.after,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else if (Array.isArray(parent)) parent.length = Number(last);
    else delete (parent as Record<string, unknown>)[last];
  }
  return root as Json;
}

const json = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

describe('the members that differ', () => {
  it('make the second value of the first', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(canonicalJson(changed(before, memberChanges(before, after)))).toBe(canonicalJson(after));
      }),
    );
  });

  it('are none for equal values, and name where they stand', () => {
    fc.assert(fc.property(json, (value) => expect(memberChanges(value, structuredClone(value))).toEqual([])));
    expect(memberChanges({ 'a/b': { '~': 1 }, gone: true }, { 'a/b': { '~': 2 } })).toEqual([
      { pointer: '/a~1b/~0', before: 1, after: 2 },
      { pointer: '/gone', before: true },
    ]);
    expect(memberChanges({ toString: 1 }, {})).toEqual([{ pointer: '/toString', before: 1 }]);
    expect(memberChanges([1], { 0: 1 })).toEqual([{ pointer: '', before: [1], after: { 0: 1 } }]);
  });
});
