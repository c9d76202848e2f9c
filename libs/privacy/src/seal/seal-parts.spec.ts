import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type Json, type PersonalParts, type Result } from '@rapport/kernel';
import fc from 'fast-check';
import { openParts, openWithSecret } from './open-parts.js';
import { PERSON_KEY_BYTES, PersonKey } from './person-key.js';
import { sealParts } from './seal-parts.js';
import type { SealedParts } from '@rapport/kernel';
import { digestOfParts, type SealContext } from './sealed-parts.js';

const context: SealContext = {
  tenant: 'main',
  eventId: 'aa4395f8-bd40-5fbc-a351-2e72a4e32466',
  stream: 'relationship/42',
  type: 'rapport.complaint.ComplaintReceived.v1',
};
const person42 = new PersonKey('42', 'key-of-42', randomBytes(PERSON_KEY_BYTES));

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const pointer = fc.array(text, { minLength: 1, maxLength: 3 }).map((tokens) => `/${tokens.join('/')}`);
const json = fc
  .jsonValue({ stringUnit: 'grapheme', maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);
const personal = fc.dictionary(pointer, json, { maxKeys: 5 });

/** A set as it comes back from a store. */
const stored = (sealed: SealedParts): SealedParts => JSON.parse(JSON.stringify(sealed)) as SealedParts;

const codeOf = (result: Result<unknown>): string => (result.ok ? 'opened' : result.rejection.code);

describe('sealed parts', () => {
  it('open to the same values, whatever those are', () => {
    fc.assert(
      fc.property(personal, (parts) => {
        const opened = openParts(stored(sealParts(parts, person42, context)), person42, context);
        if (!opened.ok) throw new Error(opened.rejection.code);
        expect(canonicalJson(opened.value)).toBe(canonicalJson(parts));
      }),
    );
  });

  it.each<[string, PersonalParts]>([
    ['nothing at all', {}],
    ['an empty text', { '/text': '' }],
    ['null, false, 0 and empty lists', { '/a': null, '/b': false, '/c': 0, '/d': [], '/e': {} }],
    [
      'all planes of Unicode',
      { '/text': 'Zoë, 山田, مرحبا, e\u0301, \u{1F469}\u200D\u{1F680}, \u0000, \uFFFF' },
    ],
    ['a mebibyte', { '/text': 'ü'.repeat(524_288) }],
    ['pointers that name what every object has', { '/__proto__': 1, '/constructor': 2, '/': 3, '/a~1b': 4 }],
    ['keys that name what every object has', { '/a': JSON.parse('{"__proto__":{"x":1}}') as Json }],
  ])('hold %s', (_, parts) => {
    const opened = openParts(stored(sealParts(parts, person42, context)), person42, context);
    expect(opened).toEqual({ ok: true, value: parts });
  });

  it('hold nothing of a value in the clear, and are other bytes each time', () => {
    const parts = { '/text': 'a text that nobody may read' };
    const first = sealParts(parts, person42, context);
    const again = sealParts(parts, person42, context);
    expect(JSON.stringify(first)).not.toContain('nobody');
    expect(first.fields['/text']).not.toBe(again.fields['/text']);
    expect(Object.keys(first)).toEqual(['subject', 'keyid', 'commitment', 'fields']);
  });

  it('have a key of their own for each event and each person', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 5 }), (eventIds) => {
        const other = new PersonKey('7', 'key-of-7', randomBytes(PERSON_KEY_BYTES));
        const keys = [person42, other].flatMap((key) =>
          eventIds.flatMap((eventId) => [
            key.eventSecret(eventId).toString('hex'),
            sealParts({}, key, { ...context, eventId }).commitment,
          ]),
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it('of several people in one event open each with its own key only', () => {
    const other = new PersonKey('7', 'key-of-7', randomBytes(PERSON_KEY_BYTES));
    const ofBoth = [sealParts({ '/a': 1 }, person42, context), sealParts({ '/b': 2 }, other, context)];
    expect(ofBoth.map((sealed) => codeOf(openParts(sealed, person42, context)))).toEqual([
      'opened',
      'KEY_WRONG',
    ]);
    expect(ofBoth.map((sealed) => codeOf(openParts(sealed, other, context)))).toEqual([
      'KEY_WRONG',
      'opened',
    ]);
  });

  it('open with the secret of their event alone, which opens no other event', () => {
    const secret = person42.eventSecret(context.eventId);
    const elsewhere = { ...context, eventId: '00000000-0000-5000-8000-000000000000' };
    const sealed = sealParts({ '/text': 'Hi' }, person42, context);
    expect(openWithSecret(sealed, secret, context)).toEqual({ ok: true, value: { '/text': 'Hi' } });
    const later = sealParts({ '/text': 'Hi' }, person42, elsewhere);
    expect(codeOf(openWithSecret(later, secret, elsewhere))).toBe('KEY_WRONG');
  });

  it('are not sealed and not opened once the key is destroyed', () => {
    const key = new PersonKey('42', 'key-of-42', randomBytes(PERSON_KEY_BYTES));
    const sealed = sealParts({ '/text': 'Hi' }, key, context);
    key.destroy();
    const erased = expect.objectContaining({ code: 'PERSON_ERASED' });
    expect(() => sealParts({ '/text': 'Hi' }, key, context)).toThrow(erased);
    expect(() => openParts(sealed, key, context)).toThrow(erased);
  });
});

describe('whoever changes', () => {
  const parts: PersonalParts = { '/text': 'Hello', '/items/0/name': { first: 'Zoë' } };
  const sealed = sealParts(parts, person42, context);
  const opening = (changed: SealedParts, at = context, key = person42): string =>
    codeOf(openParts(stored(changed), key, at));

  it('any bit of a nonce, a ciphertext or a tag is refused', () => {
    for (const [at, ciphertext] of Object.entries(sealed.fields)) {
      for (const changed of flips(ciphertext))
        expect(opening({ ...sealed, fields: { ...sealed.fields, [at]: changed } })).toBe(
          'PERSONAL_DATA_TAMPERED',
        );
    }
  });

  it('any bit of the commitment is refused before anything is decrypted', () => {
    for (const commitment of flips(sealed.commitment))
      expect(opening({ ...sealed, commitment })).toBe('KEY_WRONG');
  });

  it('any character of tenant, stream or type is refused', () => {
    for (const member of ['tenant', 'stream', 'type'] as const)
      for (const changed of edits(context[member]))
        expect(opening(sealed, { ...context, [member]: changed })).toBe('PERSONAL_DATA_TAMPERED');
  });

  it('any character of the event id is refused: the key is another one', () => {
    for (const eventId of edits(context.eventId))
      expect(opening(sealed, { ...context, eventId })).toBe('KEY_WRONG');
  });

  it('any character of the person or the key id is refused, also where the key is the same', () => {
    const secret = person42.eventSecret(context.eventId);
    for (const member of ['subject', 'keyid'] as const)
      for (const changed of edits(sealed[member])) {
        const moved = { ...sealed, [member]: changed };
        expect(opening(moved)).toBe('KEY_WRONG');
        expect(codeOf(openWithSecret(moved, secret, context))).toBe('PERSONAL_DATA_TAMPERED');
      }
  });

  it('a pointer, or swaps two fields, is refused, and told where', () => {
    const [first, second] = ['/text', '/items/0/name'] as const;
    for (const changed of edits(first))
      expect(opening({ ...sealed, fields: { [changed]: sealed.fields[first] as string } })).toBe(
        'PERSONAL_DATA_TAMPERED',
      );
    const swapped = { [first]: sealed.fields[second] as string, [second]: sealed.fields[first] as string };
    const opened = openParts({ ...sealed, fields: swapped }, person42, context);
    expect(opened).toMatchObject({
      ok: false,
      rejection: { code: 'PERSONAL_DATA_TAMPERED', pointer: first },
    });
  });

  it('the key is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: PERSON_KEY_BYTES, maxLength: PERSON_KEY_BYTES }), (bytes) => {
        expect(opening(sealed, context, new PersonKey('42', 'key-of-42', bytes))).toBe('KEY_WRONG');
      }),
    );
  });

  it('the shape is refused: cut, padded, spelled differently, or no text at all', () => {
    const whole = sealed.fields['/text'] as string;
    const spelled = [...Array(whole.length).keys()].map((length) => whole.slice(0, length));
    const others: unknown[] = [
      ...spelled,
      `${whole}=`,
      `${whole}A`,
      ` ${whole}`,
      `${whole}\n`,
      null,
      7,
      [whole],
      {},
    ];
    for (const other of others)
      expect(opening({ ...sealed, fields: { '/text': other as string } })).toBe('PERSONAL_DATA_TAMPERED');
    for (const commitment of ['', `${sealed.commitment}=`, sealed.commitment.slice(1), null, 7])
      expect(opening({ ...sealed, commitment: commitment as string })).toBe('KEY_WRONG');
    expect(opening({ ...sealed, fields: null as unknown as SealedParts['fields'] })).toBe(
      'PERSONAL_DATA_TAMPERED',
    );
  });

  it('what is refused learns nothing of the values from the message', () => {
    const refused = openParts(
      { ...sealed, fields: { '/text': sealed.fields['/items/0/name'] as string } },
      person42,
      context,
    );
    expect(JSON.stringify(refused)).not.toMatch(/Hello|Zoë/);
  });

  it('anything at all of a set changes the digest for the leaf; the order of its members does not', () => {
    const digest = (set: SealedParts): string => digestOfParts(set).toString('hex');
    const { ['/text']: text, ...rest } = sealed.fields;
    const others = [
      { ...sealed, subject: '43' },
      { ...sealed, keyid: 'key-of-43' },
      { ...sealed, commitment: flips(sealed.commitment)[0] as string },
      { ...sealed, fields: rest },
      { ...sealed, fields: { ...sealed.fields, '/more': text as string } },
      { ...sealed, fields: { ...rest, '/text2': text as string } },
      { ...sealed, fields: { ...rest, '/text': flips(text as string)[0] as string } },
    ];
    expect(new Set([sealed, ...others].map(digest)).size).toBe(others.length + 1);
    const { fields, commitment, keyid, subject } = sealed;
    const reversed = Object.fromEntries(Object.entries(fields).reverse());
    expect(digest({ fields: reversed, commitment, keyid, subject })).toBe(digest(sealed));
  });
});

/** A text of base64url with each of its bits flipped. */
function flips(base64url: string): string[] {
  const bytes = Buffer.from(base64url, 'base64url');
  return [...Array(bytes.length * 8).keys()].map((bit) => {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    return changed.toString('base64url');
  });
}

/** A text with each of its characters changed, taken out, and doubled. */
const edits = (whole: string): string[] =>
  [...whole].flatMap((character, at) =>
    ['', character + character, character === 'x' ? 'y' : 'x'].map(
      (other) => whole.slice(0, at) + other + whole.slice(at + 1),
    ),
  );
