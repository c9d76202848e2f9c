import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hmac } from './hmac.js';

describe('HMAC', () => {
  it('is what Node has it to be, whatever the lengths', () => {
    const key = fc.uint8Array({ maxLength: 64 });
    const message = fc.string({ unit: 'grapheme', maxLength: 600 });
    fc.assert(
      fc.property(key, message, (secret, text) => {
        expect(hmac(secret, text)).toEqual(createHmac('sha256', secret).update(text).digest());
      }),
    );
  });

  it('takes no key that would have to be hashed first', () => {
    expect(() => hmac(new Uint8Array(65), '')).toThrow(RangeError);
  });
});
