import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { EVENT_NAMESPACE, eventIdOf } from './ids.js';

const text = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('eventIdOf', () => {
  it('is the uuid v5 of the scope as JSON, as the uuid package makes it', () => {
    fc.assert(
      fc.property(text, text, text, text, (tenant, stream, source, id) => {
        expect(eventIdOf(tenant, stream, source, id)).toBe(
          v5(JSON.stringify([tenant, stream, source, id]), EVENT_NAMESPACE),
        );
      }),
    );
  });

  it('is so for long names and for those that need escapes', () => {
    for (const id of ['é'.repeat(5_000), '"\\\n'.repeat(300), 'x'.repeat(1_990), '\ud800'])
      expect(eventIdOf('acme', 'relationship/1', 'urn:shop', id)).toBe(
        v5(JSON.stringify(['acme', 'relationship/1', 'urn:shop', id]), EVENT_NAMESPACE),
      );
  });

  it('never changes for a scope, or repeats would be recorded twice', () => {
    expect(eventIdOf('acme', 'relationship/42', 'https://shop.example', 'order-17')).toBe(
      'aa4395f8-bd40-5fbc-a351-2e72a4e32466',
    );
  });
});
